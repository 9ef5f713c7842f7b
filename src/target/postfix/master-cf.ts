// The services of a throw-away Postfix. Each has its own process limit, so that `acceptQueue`, which
// moves the default limit, changes the backlog and nothing else.
import { serviceIdentity } from '../../tuning/service-ports.ts';
import type { Tuning } from '../../tuning/tuning.ts';
import { SOMAXCONN } from '../../world/laboratory-setup.ts';
import { botFilterOf, screenedServices } from './bot-filter.ts';
import { DEFAULT_PROCESSES } from './tuning-settings.ts';

/** Listens beyond loopback, or Postfix would never enter stress mode (STRESS_README). */
export const PORT = 25;

/** name, type, private, unprivileged, chroot, wake-up, program. */
const SERVICES = [
  'pickup unix n - n 60 1 pickup',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'rewrite unix - - n - 100 trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'trace unix - - n - 0 bounce',
  'tlsmgr unix - - n 1000? 1 tlsmgr',
  'verify unix - - n - 1 verify',
  'flush unix n - n 1000? 0 flush',
  'proxymap unix - - n - 100 proxymap',
  'proxywrite unix - - n - 1 proxymap',
  'smtp unix - - n - 100 smtp',
  'relay unix - - n - 100 smtp',
  'showq unix n - n - 10 showq',
  'error unix - - n - 10 error',
  'retry unix - - n - 10 error',
  'discard unix - - n - 10 discard',
  'anvil unix - - n - 1 anvil',
  'scache unix - - n - 1 scache',
  // Without it maillog_file is never written.
  'postlog unix-dgram n - n - 1 postlogd',
];

/** @param added by `name/type`, as the tuning's raw services, which have the last word */
export function renderMasterCf(
  tuning: Tuning,
  added: Readonly<Record<string, string>> = {},
): string {
  const services = new Map(
    [...portServices(tuning), ...SERVICES].map((line) => [serviceName(line), line]),
  );
  for (const [key, line] of Object.entries({ ...added, ...tuning.postfix?.master })) {
    const name = serviceIdentity(key);
    services.delete(name);
    if (line !== '') services.set(name, line);
  }
  return `${[...services.values()].join('\n')}\n`;
}

/** Of a line without blanks too many. */
function serviceName(line: string): string {
  return serviceIdentity(line.split(' ', 2).join('/'));
}

/** Who answers at the port: smtpd, or the bot filter with smtpd behind it. */
function portServices(tuning: Tuning): readonly string[] {
  const workers = tuning.workers ?? DEFAULT_PROCESSES;
  const smtpd = `smtpd${stressOption(tuning.stress)}`;
  return botFilterOf(tuning)
    ? screenedServices(String(PORT), String(workers), smtpd)
    : [`${PORT} inet n - n - ${workers} ${smtpd}`];
}

/** With a value of its own, master does not add `-o stress=yes` when the processes run out. */
function stressOption(stress: Tuning['stress']): string {
  if (stress === 'on') return ' -o stress=yes';
  return stress === 'off' ? ' -o stress=' : '';
}

/**
 * The kernel's ceiling of the backlog while Postfix opens its sockets. Postfix asks for the larger of
 * its two limits, so only a queue shorter than `workers` needs the kernel to cap it; the cap then
 * holds for Postfix' inner sockets as well.
 */
export function somaxconn({ workers = DEFAULT_PROCESSES, acceptQueue }: Tuning): number {
  if (acceptQueue !== undefined && acceptQueue < workers) return acceptQueue;
  return Math.max(workers, acceptQueue ?? 0, SOMAXCONN);
}
