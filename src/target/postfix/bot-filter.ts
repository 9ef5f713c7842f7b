// `botFilter`: postscreen in front of smtpd (POSTSCREEN_README). Pure.
import { LABORATORY } from '../../guard/guard.ts';
import type { ClientChoice } from '../../scenario/scenario.ts';
import type { BotFilter, Tuning } from '../../tuning/tuning.ts';

type Settings = Readonly<Record<string, string>>;

/** The world's block list. */
const BLOCK_LIST = 'dnsbl.test';

/** postscreen gives up at once with less room than this for clients that it tests. */
const LEAST_ROOM = 10;

export function botFilterOf({ botFilter }: Tuning): BotFilter | undefined {
  return botFilter === 'off' ? undefined : botFilter;
}

/** What stands at the port, and what serves those who were let in. @param smtpd the program and its options */
export function screenedServices(
  port: string,
  workers: string,
  smtpd: string,
  chroot = 'n',
): readonly string[] {
  return [
    `${port} inet n - ${chroot} - 1 postscreen`,
    `smtpd pass - - ${chroot} - ${workers} ${smtpd}`,
    `dnsblog unix - - ${chroot} - 0 dnsblog`,
    `tlsproxy unix - - ${chroot} - 0 tlsproxy`,
  ];
}

/** Of acceptQueue clients wait for a smtpd at most, as without a filter; who are tested have room of their own. */
export function botFilterSettings(
  { greetWaitMs, dnsbl, deep }: BotFilter,
  client: ClientChoice,
  acceptQueue: number | undefined,
): Settings {
  return {
    // Who is in mynetworks would not be tested, and our own first look at the server need not wait.
    postscreen_access_list: `inline:{${LABORATORY.target}=permit}`,
    postscreen_denylist_action: 'enforce',
    ...greeting(greetWaitMs),
    postscreen_dnsbl_sites: dnsbl ? BLOCK_LIST : '',
    postscreen_dnsbl_action: 'enforce',
    ...deepTests(deep),
    ...(acceptQueue !== undefined && {
      postscreen_pre_queue_limit: String(Math.max(LEAST_ROOM, acceptQueue)),
      postscreen_post_queue_limit: String(Math.max(LEAST_ROOM, acceptQueue)),
    }),
    ...proxiedScreen(client),
  };
}

/** The header is postscreen's to read: it tells its smtpd the client's address itself. */
export function proxiedScreen(client: ClientChoice): Settings {
  if (!client.startsWith('proxy')) return {};
  return { postscreen_upstream_proxy_protocol: 'haproxy', smtpd_upstream_proxy_protocol: '' };
}

/** Whole seconds, one at least. Without a banner of its own postscreen tests nobody's greeting. */
function greeting(waitMs: number): Settings {
  if (waitMs === 0) return { postscreen_greet_banner: '', postscreen_greet_wait: '1s' };
  return {
    postscreen_greet_wait: `${Math.ceil(waitMs / 1000)}s`,
    postscreen_greet_action: 'enforce',
  };
}

function deepTests(deep: boolean): Settings {
  if (!deep) return {};
  return {
    postscreen_pipelining_enable: 'yes',
    postscreen_pipelining_action: 'enforce',
    postscreen_non_smtp_command_enable: 'yes',
    postscreen_non_smtp_command_action: 'enforce',
    postscreen_bare_newline_enable: 'yes',
    postscreen_bare_newline_action: 'enforce',
  };
}
