// `npm run bench [-- --quick] [-- --only cost,growth]`: our generator beside smtp-source, nodemailer and
// postal, and beside itself; and the embedded target beside what the library's storms ask of it. Prints a table per experiment as it ends; a whole run takes about a
// quarter of an hour and writes test/bench/results.md; `--only` measures its part of that page anew.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT, UserError } from '../errors.ts';
import { accuracy } from './experiments/accuracy.ts';
import { choice } from './experiments/choice.ts';
import { cost } from './experiments/cost.ts';
import { growth } from './experiments/growth.ts';
import { memory } from './experiments/memory.ts';
import { recording } from './experiments/recording.ts';
import { rejects } from './experiments/rejects.ts';
import { systemCalls } from './experiments/system-calls.ts';
import { workers } from './experiments/workers.ts';
import { type Context, type Experiment, makeContext } from './measure/context.ts';
import { type Measured, readKept, renew, writeKept } from './measure/kept.ts';
import { machineLines, momentLine } from './measure/machine.ts';
import { parseOptions } from './measure/options.ts';
import { renderHead, targetsOf } from './measure/page.ts';
import { endAll } from './measure/processes.ts';
import { renderSection, type Section } from './measure/row.ts';
import { SMTP_SINK } from './measure/sink.ts';

const PAGE = fileURLToPath(new URL('../../test/bench/results.md', import.meta.url));
const KEPT = fileURLToPath(new URL('../../test/bench/results.json', import.meta.url));
const EXPERIMENTS: readonly Experiment[] = [
  cost,
  memory,
  recording,
  growth,
  workers,
  accuracy,
  systemCalls,
  choice,
  rejects,
];

async function bench(args: readonly string[]): Promise<void> {
  const names = EXPERIMENTS.map(({ name }) => name);
  const { quick, only } = parseOptions(args, names);
  const context = makeContext(quick);
  const endBench = (): void => {
    endAll();
    context.end();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      endBench();
      process.exit(EXIT.interrupted);
    });
  }
  try {
    await playAll(context, only, only.length === names.length);
  } finally {
    endBench();
  }
}

/** The page is written only of what is comparable: at full length, whole or a part of one page. */
async function playAll(context: Context, only: readonly string[], isWhole: boolean): Promise<void> {
  const machine = machineLines();
  const before = context.quick || isWhole ? undefined : readKept(KEPT, machine);
  const isKept = !context.quick && (isWhole || before !== undefined);
  const measured: Measured[] = [];
  console.log(renderHead(machine, isKept));
  for (const experiment of EXPERIMENTS.filter(({ name }) => only.includes(name))) {
    const moment = momentLine(new Date());
    const section = { ...(await measure(experiment, context)), moment };
    measured.push({ name: experiment.name, section });
    console.log(renderSection(section));
  }
  console.log(renderSection(targetsOf(measured.map(({ section }) => section))));
  if (isKept) writeKept(before ? renew(before, measured) : { machine, measured }, KEPT, PAGE);
}

/** One that fails costs the others nothing, and the exit code tells. */
async function measure(experiment: Experiment, context: Context): Promise<Section> {
  if (experiment.needsSink && !existsSync(SMTP_SINK)) {
    return notMeasured(experiment, 'smtp-sink is not installed: `apt-get install postfix`');
  }
  try {
    return await experiment.run(context);
  } catch (error) {
    console.error(error);
    process.exitCode = EXIT.bug;
    return notMeasured(experiment, 'failed');
  }
}

function notMeasured({ name }: Experiment, note: string): Section {
  return { title: name, method: 'Not measured.', rows: [{ what: '', note }] };
}

try {
  await bench(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`${error.message}\n${error.hint ?? ''}`);
  process.exitCode = error.exitCode;
}
