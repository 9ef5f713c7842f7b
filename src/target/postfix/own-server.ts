// The machine's own Postfix, for who aims at it from this machine: looks only, and changes nothing.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { findProgram } from '../../world/programs.ts';
import { EXAMINED, findTraps, type Trap } from './traps.ts';

/** Clients on this machine: a run against a loopback address comes from all of it. */
const LOOPBACK = '127.0.0.0/8';

/** A run against the server itself cannot help it. */
const INSTEAD =
  'A run against it measures that as well; a copy can be changed: --target postfix --config /etc/postfix.';

/** What would spoil a run against it; undefined where there is none, or none that can be read. */
export function ownServerTraps(): readonly Trap[] | undefined {
  const postconf = findProgram('postconf');
  if (postconf === undefined || !existsSync('/etc/postfix/main.cf')) return undefined;
  try {
    const settings = ask(postconf, ['-x', ...EXAMINED]);
    const traps = findTraps({
      settings: new Map(settings.map(settingOf)),
      services: ask(postconf, ['-M']),
      clients: [LOOPBACK],
      client: 'address',
    });
    return [...traps.map((trap) => ({ ...trap, hint: INSTEAD })), ...leftoverStress()];
  } catch {
    return undefined;
  }
}

function ask(postconf: string, args: readonly string[]): string[] {
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  const text = execFileSync(postconf, args, { encoding: 'utf8', stdio: [...stdio] });
  return text.split('\n').filter((line) => line !== '');
}

/** `name = value` */
export function settingOf(line: string): [string, string] {
  const [name = '', ...value] = line.split('=');
  return [name.trim(), value.join('=').trim()];
}

/** Once entered, stress lasts until the processes have been below their limit for 1000 s (master(8)). */
function leftoverStress(): Trap[] {
  const stressed = readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    return isStressed(commandOf(pid));
  });
  if (!stressed) return [];
  return [
    {
      code: 'leftover-stress',
      text: 'an smtpd runs with stress=yes: this server still is in stress mode, which lasts for a quarter of an hour after its processes ran out.',
      hint: 'Restart it before a run, or it begins with short time-outs and a limit of one error.',
    },
  ];
}

/** `/proc/<pid>/cmdline`: arguments that each end in NUL. */
export function isStressed(command: string): boolean {
  const [program = '', ...args] = command.split('\0');
  return /(^|\/)smtpd$/.test(program) && args.includes('stress=yes');
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
