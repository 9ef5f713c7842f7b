// The tuning in a configuration of the user's: each setting changes only what is its own. Pure.
import type { Tuning } from '../../tuning/tuning.ts';
import { SOMAXCONN } from '../../world/laboratory-setup.ts';
import type { Site } from '../target.ts';
import { botFilterOf, proxiedScreen, screenedServices } from './bot-filter.ts';
import type { Additions } from './companions/companion.ts';
import { type Asked, longer, type Own, type Seen, words } from './own.ts';
import {
  overrideOf,
  parseService,
  renderService,
  serviceKey,
  withoutOverride,
} from './services.ts';
import { recipientChecks, type Settings, senderChecks, statedSettings } from './tuning-settings.ts';

export function tunedSettings(site: Site, own: Own, { layout, tables, added }: Seen): Settings {
  const { tuning } = site;
  const main: Record<string, string> = { ...statedSettings(site, layout) };
  if (tuning.tls === 'off') main['smtpd_tls_security_level'] = 'none';
  const xclient = main['smtpd_authorized_xclient_hosts'];
  if (xclient !== undefined) {
    main['smtpd_authorized_xclient_hosts'] = longer(own, 'smtpd_authorized_xclient_hosts', xclient);
  }
  const senders = senderChecks(tuning.senderRule, tables);
  if (senders.length > 0) {
    main['smtpd_sender_restrictions'] = [...senders, checks(own, 'smtpd_sender_restrictions')]
      .join(' ')
      .trim();
  }
  const existing = words(checks(own, 'smtpd_recipient_restrictions'));
  const list = recipientChecks(existing, tuning.checkOrder, tables, added);
  Object.assign(main, queueLimit(tuning, own));
  if (list.join(' ') !== existing.join(' ')) main['smtpd_recipient_restrictions'] = list.join(' ');
  if (own.entrance.front.program === 'postscreen') Object.assign(main, proxiedScreen(site.client));
  return { ...main, ...added.main };
}

/** The list that holds for the entrance, whose own `-o` beats main.cf. */
function checks({ entrance, expanded }: Own, name: Asked): string {
  const [worker] = entrance.workers;
  return (worker && overrideOf(worker, name)) ?? expanded[name];
}

export function tunedServices(
  { tuning }: Site,
  own: Own,
  names: ReadonlySet<string>,
  added: Additions,
): Record<string, string> {
  const { workers, stress } = tuning;
  const { entrance } = own;
  const changed: Record<string, string> = {};
  for (const service of entrance.workers) {
    const stressless = stress ? withoutOverride(service, new Set(['stress'])) : service;
    const free = withoutOverride(stressless, names);
    const option = stress === 'on' ? '-o stress=yes' : stress === 'off' ? '-o stress=' : '';
    const tuned = {
      ...free,
      processes: workers === undefined ? free.processes : String(workers),
      args: `${free.args} ${option}`.trim(),
    };
    if (renderService(tuned) !== renderService(service)) {
      changed[serviceKey(service)] = renderService(tuned);
    }
  }
  Object.assign(changed, screenChanges(tuning, own, changed), added.master);
  const raw = new Set(Object.values(tuning.postfix?.master ?? {}).map(squeezed));
  const standing = own.services.filter((service) => raw.has(renderService(service)));
  const all = { ...pinned(tuning, own), ...changed };
  for (const service of standing) delete all[serviceKey(service)];
  return all;
}

/** postscreen put before the smtpd at the entrance, or taken away from it. `tuned`: smtpd's lines by then. */
function screenChanges(
  tuning: Tuning,
  { entrance, services }: Own,
  tuned: Readonly<Record<string, string>>,
): Record<string, string> {
  const { front, workers } = entrance;
  const [worker] = workers;
  const line = worker && (tuned[serviceKey(worker)] ?? renderService(worker));
  const smtpd = line === undefined ? undefined : parseService(line);
  if (smtpd === undefined) return {};
  if (tuning.botFilter === 'off' && front.program === 'postscreen') {
    const { name, type } = front;
    return { [serviceKey(front)]: renderService({ ...smtpd, name, type, private: front.private }) };
  }
  if (botFilterOf(tuning) === undefined || front.program !== 'smtpd') return {};
  const program = `smtpd ${smtpd.args}`.trim();
  const lines = screenedServices(front.name, smtpd.processes, program, front.chroot);
  const standing = new Set(services.map(serviceKey));
  return Object.fromEntries(
    lines
      .map((one): [string, string] => [one.split(' ', 2).join('/'), one])
      .filter(([key]) => key === serviceKey(front) || key === 'smtpd/pass' || !standing.has(key)),
  );
}

function squeezed(line: string): string {
  return line.trim().replaceAll(/\s+/g, ' ');
}

/** What Postfix asks the kernel for: the larger of the listener's own limit and the default one. */
function backlog(tuning: Tuning, { entrance, expanded }: Own): number {
  const { workers } = tuning;
  const { front } = entrance;
  const stated = front.program === 'smtpd' && workers ? workers : Number(front.processes);
  // postscreen in its place is one process.
  if (botFilterOf(tuning)) return Math.max(1, Number(expanded.default_process_limit));
  return Math.max(stated || 0, Number(expanded.default_process_limit));
}

/** A longer queue needs a larger default limit; a shorter one is the kernel's ceiling (ceiling()). */
function queueLimit(tuning: Tuning, own: Own): Settings {
  const { acceptQueue = 0 } = tuning;
  return acceptQueue > backlog(tuning, own) ? { default_process_limit: String(acceptQueue) } : {};
}

/** The services that had the default limit keep it: the queue is to change, and nothing else. */
function pinned(tuning: Tuning, own: Own): Record<string, string> {
  if (Object.keys(queueLimit(tuning, own)).length === 0) return {};
  const processes = own.expanded.default_process_limit;
  const followers = own.services.filter((service) => service.processes === '-');
  return Object.fromEntries(
    followers.map((service): [string, string] => [
      serviceKey(service),
      renderService({ ...service, processes }),
    ]),
  );
}

/** The kernel's ceiling of accept queues while Postfix opens its sockets. */
export function ceiling(tuning: Tuning, own: Own): number {
  const asked = backlog(tuning, own);
  const { acceptQueue } = tuning;
  if (acceptQueue !== undefined && acceptQueue < asked) return acceptQueue;
  return Math.max(asked, acceptQueue ?? 0, SOMAXCONN);
}
