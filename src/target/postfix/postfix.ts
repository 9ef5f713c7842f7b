// A real Postfix as the target: one instance per start, or two of them, inside the laboratory, gone with
// stop().
import { EXIT, UserError } from '../../errors.ts';
import type { Tuning } from '../../tuning/tuning.ts';
import { requirePrograms } from '../../world/programs.ts';
import { ROOM_PROGRAMS } from '../../world/room.ts';
import type { RunningTarget, Site, Target } from '../target.ts';
import { examineSource } from './config-source.ts';
import { refusals } from './refusals.ts';
import { foreseeTraps } from './source-traps.ts';

export const postfix: Target = { kind: 'postfix', refusals, examine, foreseeTraps, start };

function examine({ config }: Tuning): void {
  if (!config) return;
  if (process.getuid?.() !== 0) {
    throw new UserError('a configuration of your own needs root, for its view of all files', {
      exitCode: EXIT.environment,
      hint: 'Run the same command with sudo; without config a laboratory needs no root.',
    });
  }
  examineSource(config);
  requirePrograms(ROOM_PROGRAMS);
}

/** Its parts are loaded where it runs, and not by whoever only asks what it can do. */
async function start(site: Site): Promise<RunningTarget> {
  const { startPostfix } = await import('./run.ts');
  return startPostfix(site);
}
