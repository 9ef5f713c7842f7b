// The traps of a configuration that is not started yet, for `blowback doctor`: asked of the directory as it
// lies there. What a git revision holds is known only once it is taken out, at the start of a run.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { LABORATORY } from '../../guard/guard.ts';
import type { ClientChoice } from '../../scenario/scenario.ts';
import type { Tuning } from '../../tuning/tuning.ts';
import { findProgram } from '../../world/programs.ts';
import { settingOf } from './own-server.ts';
import { EXAMINED, findTraps } from './traps.ts';
import { DEFAULT_PROCESSES } from './tuning-settings.ts';

/** A sentence each; none where nothing can be told. */
export function foreseeTraps(tuning: Tuning, client: ClientChoice): string[] {
  const found = tuning.config === undefined ? minimal(tuning) : read(tuning.config);
  if (found === undefined) return [];
  const { settings, services } = found;
  // The laboratory has any configuration believe the addresses that it is told, unless a raw setting forbids.
  const told = {
    smtpd_authorized_xclient_hosts: LABORATORY.clients,
    smtpd_upstream_proxy_protocol: 'haproxy',
    postscreen_upstream_proxy_protocol: 'haproxy',
  };
  const all = new Map([...settings, ...Object.entries(told), ...Object.entries(raw(tuning))]);
  const clients = [LABORATORY.clients];
  return findTraps({ settings: all, services, clients, client }).map(
    ({ text, hint }) => `${text} ${hint}`,
  );
}

interface Found {
  readonly settings: readonly (readonly [string, string])[];
  readonly services: readonly string[];
}

function minimal({ workers = DEFAULT_PROCESSES }: Tuning): Found {
  const settings = [
    ['inet_interfaces', LABORATORY.target],
    ['mynetworks', ''],
  ] as const;
  return { settings, services: [`smtp inet n - n - ${workers} smtpd`] };
}

function read({ git, from, path }: NonNullable<Tuning['config']>): Found | undefined {
  const postconf = findProgram('postconf');
  if (git !== undefined || postconf === undefined) return undefined;
  const ask = (...args: readonly string[]): string[] => {
    const text = execFileSync(postconf, ['-c', resolve(from, path), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.split('\n').filter((line) => line !== '');
  };
  try {
    return { settings: ask('-x', ...EXAMINED).map(settingOf), services: ask('-M') };
  } catch {
    // What is wrong with it a run tells in Postfix' own words.
    return undefined;
  }
}

function raw({ postfix }: Tuning): Readonly<Record<string, string>> {
  return postfix?.main ?? {};
}
