// Whether the scenario's mail can reach a configuration of the user's: it comes to one address of the
// laboratory, over IPv4. Looked at beforehand, where Postfix itself would start and say nothing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import type { ConfigSource, Tuning } from '../../tuning/tuning.ts';
import { sourceName } from './config-source.ts';
import { type Asked, type Own, words } from './own.ts';
import type { Entrance } from './services.ts';

const LOOPBACK = /^(loopback-only|localhost|127\..*|\[?::1\]?)$/;

/** @throws UserError (3) that names the setting. */
export function requireReach(
  source: ConfigSource,
  { postfix }: Tuning,
  { expanded }: Pick<Own, 'expanded'>,
  entrance: Entrance | undefined,
): asserts entrance is Entrance {
  const main: Own['expanded'] = { ...expanded, ...postfix?.main };
  const refuse = (what: string, hint: string) =>
    new UserError(`config ${sourceName(source)}: ${what}`, { exitCode: EXIT.environment, hint });
  const { inet_interfaces: interfaces, inet_protocols: protocols } = main;
  if (words(interfaces).every((word) => LOOPBACK.test(word))) {
    const what = `no mail from outside can reach it: inet_interfaces = ${interfaces}`;
    throw refuse(what, mend('inet_interfaces', 'all'));
  }
  if (protocols === 'ipv6') {
    const what = `the laboratory has IPv4 only, and it has inet_protocols = ${protocols}`;
    throw refuse(what, mend('inet_protocols', 'all'));
  }
  const { daemon_directory: daemons } = main;
  if (!existsSync(join(daemons, 'smtpd'))) {
    const what = `this machine's Postfix is not in daemon_directory = ${daemons}`;
    throw refuse(what, mend('daemon_directory', '<where it is: postconf -dh daemon_directory>'));
  }
  if (entrance) return;
  throw refuse(
    'its master.cf has no smtpd on port 25 that mail from outside could reach',
    'It needs a service such as: smtp inet n - y - - smtpd',
  );
}

function mend(key: Asked, to: string): string {
  return `Change it for the run: --set target.tuning.postfix.${key}=${to}`;
}
