// `npm run bench [-- --quick] [-- --only cost,growth]`: our generator beside smtp-source, nodemailer and
// postal, and beside itself. Prints a table per experiment as it ends; a whole run takes about a
// quarter of an hour and writes test/bench/results.md.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, UserError } from '../errors.ts';
import { accuracy } from './experiments/accuracy.ts';
import { choice } from './experiments/choice.ts';
import { cost } from './experiments/cost.ts';
import { growth } from './experiments/growth.ts';
import { memory } from './experiments/memory.ts';
import { recording } from './experiments/recording.ts';
import { systemCalls } from './experiments/system-calls.ts';
import { workers } from './experiments/workers.ts';
import { type Context, type Experiment, makeContext } from './measure/context.ts';
import { machineLines } from './measure/machine.ts';
import { parseOptions } from './measure/options.ts';
import { renderHead, renderPage, targetsOf } from './measure/page.ts';
import { endAll } from './measure/processes.ts';
import { renderSection, type Section } from './measure/row.ts';
import { SMTP_SINK } from './measure/sink.ts';

const PAGE = fileURLToPath(new URL('../../test/bench/results.md', import.meta.url));
const EXPERIMENTS: readonly Experiment[] = [
  cost,
  memory,
  recording,
  growth,
  workers,
  accuracy,
  systemCalls,
  choice,
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
    await playAll(context, only, only.length === names.length && !quick);
  } finally {
    endBench();
  }
}

/** `isWhole`: the page is written only of what is comparable with the page before. */
async function playAll(context: Context, only: readonly string[], isWhole: boolean): Promise<void> {
  const machine = machineLines(new Date());
  const sections: Section[] = [];
  console.log(renderHead(machine, isWhole));
  for (const experiment of EXPERIMENTS.filter(({ name }) => only.includes(name))) {
    const section = await measure(experiment, context);
    sections.push(section);
    console.log(renderSection(section));
  }
  console.log(renderSection(targetsOf(sections)));
  if (!isWhole) return;
  mkdirSync(dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, renderPage(machine, sections));
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
