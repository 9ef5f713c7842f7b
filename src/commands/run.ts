// `blowback run <scenario>`: plays every variant once or more, shows it, writes result and report.
import { Command } from 'commander';
import type { RunOptions } from './run/assignment.ts';
import { checkRunOptions, withRunOptions, withSweep } from './run/options.ts';
import { startRun } from './run/start.ts';

export function runCommand(version: string, exit: (code: number) => void): Command {
  const command = new Command('run')
    .description('play a scenario and report which of its variants keeps real mail flowing')
    .argument('<scenario>', 'a path, or the name of a built-in scenario');
  return withSweep(withRunOptions(command)).action(async (name: string, options: RunOptions) => {
    exit(await startRun({ version, name, options: checkRunOptions(options) }));
  });
}
