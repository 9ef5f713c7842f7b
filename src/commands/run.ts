// `blowback run <scenario>`: plays every variant once or more, shows it, writes result and report.
import { Command, InvalidArgumentError } from 'commander';
import { EXIT, UserError } from '../errors.ts';
import {
  insideLaboratory,
  type Laboratory,
  openLaboratory,
  receiveErrand,
} from '../world/laboratory.ts';
import type { Assignment, RunOptions } from './run/assignment.ts';
import { chooseCrew } from './run/workers.ts';

export function runCommand(version: string, exit: (code: number) => void): Command {
  return new Command('run')
    .description('play a scenario and report which of its variants keeps real mail flowing')
    .argument('<scenario>', 'a path, or the name of a built-in scenario')
    .option(
      '--target <target>',
      'embedded, postfix (in a laboratory), or host:port on this machine',
    )
    .option(
      '--config <dir>',
      "a Postfix configuration, run as it is beneath all variants' tunings (--target postfix)",
    )
    .option(
      '--variant <names>',
      "only these variants, comma-separated; the scenario's first of them is the baseline",
      list,
    )
    .option(
      '--set <path=value>',
      'override a value, as in world.sources=100; repeatable',
      append,
      [],
    )
    .option(
      '--out <dir>',
      'where results go, over what is there (default: reports/<scenario>/<UTC time>)',
    )
    .option(
      '--workers <n>',
      'generator threads (default: one per core, less what the target needs)',
      count,
    )
    .option(
      '--json',
      "print the result as JSON on standard output, people's words on standard error",
    )
    .action(async (name: string, options: RunOptions) => {
      if (options.out === '') {
        throw new UserError('--out names no folder', { exitCode: EXIT.usage });
      }
      const order = { version, name, options };
      exit(await (insideLaboratory() ? runInside(order) : runOutside(order)));
    });
}

type Order = Pick<Assignment, 'version' | 'name' | 'options'>;
/** What a process finds out that has loaded whatever reads and checks files; plain data. */
type Errand = Pick<Assignment, 'scenario' | 'crew' | 'stored'>;

/** What concerns Postfix alone is loaded within, what only a reader of scenarios needs here. */
async function runOutside(order: Order): Promise<number> {
  const { name, options, version } = order;
  // Known to be needed, it opens and loads its program while the scenario is read.
  const early = options.target === 'postfix' ? open() : undefined;
  // What is wrong with the scenario comes first.
  early?.catch(() => undefined);
  try {
    const { readScenario, recall } = await import('./run/read-scenario.ts');
    const scenario = await readScenario(name, options);
    const crew = chooseCrew(scenario.target.kind, options.workers);
    const errand = { scenario, crew, stored: recall(version, crew.workers) };
    if (scenario.target.kind !== 'postfix') return await play(order, errand);
    const laboratory = await (early ?? open());
    laboratory.send(errand);
    return await laboratory.ended();
  } catch (error) {
    await early?.then(
      (laboratory) => laboratory.close(),
      () => undefined,
    );
    throw error;
  }
}

async function open(): Promise<Laboratory> {
  return openLaboratory(process.argv.slice(1));
}

async function runInside(order: Order): Promise<number> {
  const errand = receiveErrand();
  const standing = setUp();
  // What is wrong with the scenario comes first.
  standing.catch(() => undefined);
  await Promise.all([loadPlay(), import('../target/postfix/run.ts')]);
  // Read and checked by the process that opened this laboratory.
  const received = (await errand) as Errand;
  await standing;
  return play(order, received);
}

async function setUp(): Promise<void> {
  const { setUpLaboratory } = await import('../world/laboratory-setup.ts');
  setUpLaboratory();
}

/** Not before they are needed: outside a laboratory they may never be, and they take a tenth of a second. */
function loadPlay() {
  return Promise.all([import('./run/conduct.ts'), import('../target/registry.ts')]);
}

async function play(order: Order, errand: Errand): Promise<number> {
  const [{ conduct }, { targetFor }] = await loadPlay();
  return conduct({ ...order, ...errand, target: targetFor(errand.scenario.target) });
}

function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function list(value: string): readonly string[] {
  return value.split(',').map((name) => name.trim());
}

function count(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 64) {
    throw new InvalidArgumentError('expected a whole number from 1 to 64.');
  }
  return number;
}
