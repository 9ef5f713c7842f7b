// What is checked of a recipient, one small check each, and the order that the tuning gives them.
// A check says nothing when it has no objection. Replies are worded as Postfix words its own.
import { nowMs } from '../../clock.ts';
import type { VictimRule } from '../../tuning/tuning.ts';
import { Greylist } from '../../world/greylist.ts';
import type { RecipientLookup } from '../../world/recipients.ts';
import { NO_NULL } from '../sender-rule.ts';
import type { Site } from '../target.ts';
import type { Settings } from './settings.ts';

export interface Reply {
  readonly code: number;
  /** Begins with the enhanced status code (RFC 3463). */
  readonly text: string;
}

export interface Rcpt {
  /** The client's address. */
  readonly client: string;
  readonly reversePath: string;
  readonly recipient: string;
}

type Objection = Reply | undefined;
/** A promise only where the answer has to be waited for: the fast path stays within one turn. */
export type Check = (rcpt: Rcpt) => Objection | Promise<Objection>;

export function rcptChecks(site: Site, settings: Settings, recipients: RecipientLookup): Check[] {
  const { senderRule, victimRule, greylist, checkOrder } = settings;
  const lookup = knownRecipient(recipients);
  const others = greylist ? [greylisted(new Greylist(greylist))] : [];
  return [
    ...(senderRule === 'off' ? [] : [SENDER_CHECKS[senderRule]]),
    ...(victimRule ? [victim(site.victim, victimRule)] : []),
    ownDomain(site.domain),
    ...(checkOrder === 'recipient-first' ? [lookup, ...others] : [...others, lookup]),
  ];
}

/** The first objection in order. */
export function firstObjection(
  checks: readonly Check[],
  rcpt: Rcpt,
  from = 0,
): Objection | Promise<Objection> {
  for (let i = from; i < checks.length; i += 1) {
    const objection = checks[i]?.(rcpt);
    if (objection instanceof Promise) {
      return objection.then((found) => found ?? firstObjection(checks, rcpt, i + 1));
    }
    if (objection) return objection;
  }
  return undefined;
}

/** An address literal, or a name of two labels at least. */
const FULL_DOMAIN = /@(?:\[[^\]]+\]|\w[\w-]*(?:\.\w[\w-]*)+)$/;

const SENDER_CHECKS = {
  fqdn: ({ reversePath }) =>
    reversePath === '' || FULL_DOMAIN.test(reversePath)
      ? undefined
      : {
          code: 504,
          text: `5.5.2 <${reversePath}>: Sender address rejected: need fully-qualified address`,
        },
  'no-null': ({ reversePath }) =>
    reversePath === ''
      ? {
          code: NO_NULL.code,
          text: `${NO_NULL.enhanced} <>: Sender address rejected: ${NO_NULL.text}`,
        }
      : undefined,
} satisfies Record<string, Check>;

function victim(address: string, { reply, text }: VictimRule): Check {
  const victimAddress = address.toLowerCase();
  const enhanced = reply < 500 ? '4.7.1' : '5.7.1';
  return ({ recipient }) =>
    recipient.toLowerCase() === victimAddress
      ? { code: reply, text: `${enhanced} <${recipient}>: Recipient address rejected: ${text}` }
      : undefined;
}

function ownDomain(domain: string): Check {
  const suffix = `@${domain.toLowerCase()}`;
  return ({ recipient }) =>
    recipient.toLowerCase().endsWith(suffix)
      ? undefined
      : { code: 554, text: `5.7.1 <${recipient}>: Relay access denied` };
}

function knownRecipient(recipients: RecipientLookup): Check {
  const unknown = (recipient: string): Reply => ({
    code: 550,
    text: `5.1.1 <${recipient}>: Recipient address rejected: User unknown`,
  });
  return ({ recipient }) => {
    const known = recipients.has(recipient);
    if (known instanceof Promise)
      return known.then((yes) => (yes ? undefined : unknown(recipient)));
    return known ? undefined : unknown(recipient);
  };
}

/** Defers at once: a later check that would reject for good is not asked (unlike postgrey's way). */
function greylisted(list: Greylist): Check {
  return ({ client, reversePath, recipient }) =>
    list.check(client, reversePath, recipient, nowMs()) === 'defer'
      ? {
          code: 450,
          text: `4.2.0 <${recipient}>: Recipient address rejected: Greylisted, try again later`,
        }
      : undefined;
}
