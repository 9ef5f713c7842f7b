// The dossier of a run: gathers the runs into a result and keeps the files on disk up to date.
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import type { Tally } from '../../plan/digest.ts';
import type { Plan } from '../../plan/plan.ts';
import { freeBytes, makeDirectory, writeWhole } from '../../result/files.ts';
import {
  type CapacityFacts,
  RESULT_FORMAT,
  type Result,
  type Run,
  type VariantFacts,
} from '../../result/result.ts';
import { describeRate } from '../../scenario/describe-rate.ts';
import { describeTuning } from '../../tuning/describe.ts';
import { answer } from '../../verdict/questions.ts';
import { compareWithItself } from '../../verdict/self-comparison.ts';
import type { Assignment } from './assignment.ts';
import { commandLine } from './command-line.ts';
import type { Played } from './course.ts';
import { isDecided, outcomesOf } from './gate.ts';
import { judge } from './judge.ts';
import { describeMachine } from './machine.ts';
import { Comparison, type Programme, repeats } from './programme.ts';

/** Bytes that a run takes at most, before the first has been measured: per run, second and message. */
const CEILING = { run: 260_000, second: 400, legitMessage: 160, report: 600_000 } as const;

export class Dossier {
  readonly directory: string;
  readonly programme: Programme;
  private readonly assignment: Assignment;
  private readonly plan: Plan;
  private readonly tallies: readonly Tally[];
  readonly digest: string;
  private readonly startedAt = new Date();
  private readonly machine = describeMachine();
  private readonly runs: Run[] = [];
  private readonly facts = new Map<string, Played>();
  private partial: Run | undefined;
  private capacity: CapacityFacts | undefined;
  private finishedAt: Date | undefined;
  private written: { path: string; bytes: number }[] = [];
  private resultBytes = 0;

  constructor(assignment: Assignment, plan: Plan, tallies: readonly Tally[], digest: string) {
    this.assignment = assignment;
    this.plan = plan;
    this.tallies = tallies;
    this.digest = digest;
    const stamp = this.startedAt
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
      .replaceAll(':', '');
    const { options, scenario } = assignment;
    this.programme = this.makeProgramme();
    this.directory = resolve(options.out ?? unused(join('reports', scenario.name, stamp)));
  }

  /** Files with their sizes, in the order in which a reader wants them. */
  get files(): readonly { readonly path: string; readonly bytes: number }[] {
    return this.written;
  }

  /** Bytes on disk now, and what is expected in the end. */
  get disk(): { readonly usedBytes: number; readonly expectedBytes: number } {
    const done = this.runs.length;
    const measured =
      done > 0 ? (this.resultBytes / done) * this.runsPlanned + CEILING.report / 2 : 0;
    return { usedBytes: this.resultBytes, expectedBytes: done > 0 ? measured : this.ceiling };
  }

  /** Makes the folder. @throws UserError (3) when less than twice the ceiling is free, or it cannot be. */
  requireRoom(): void {
    const free = freeBytes(this.directory);
    if (free >= 2 * this.ceiling) return makeDirectory(this.directory);
    throw new UserError(
      `the results may take ${megabytes(this.ceiling)} and only ${megabytes(free)} are free in ${this.shown(this.directory)}`,
      {
        exitCode: EXIT.environment,
        hint: 'Free some space, or name another place with --out.',
      },
    );
  }

  /** A run that warms the machine up leaves its facts alone. */
  add(variant: string, played: Played): void {
    this.partial = undefined;
    if (played.run.repeat > 0) this.runs.push(played.run);
    this.facts.set(variant, played);
    this.save();
  }

  /** What was found out of storms of other sizes. */
  keepCapacity(capacity: CapacityFacts): void {
    this.capacity = capacity;
    this.save();
  }

  get measured(): readonly Run[] {
    return this.runs;
  }

  /** The run that still goes on, as far as it got: a crash loses no more than what came after. */
  keepPartial(run: Run): void {
    if (run.repeat === 0) return;
    this.partial = run;
    this.save();
  }

  /** Writes the finished result, the report and the summary. */
  async conclude(): Promise<void> {
    this.finishedAt = new Date();
    this.partial = undefined;
    // Not before the end: nothing of a run's start is to wait for them.
    const [{ renderHtml }, { renderMarkdown }] = await Promise.all([
      import('../../report/html.ts'),
      import('../../report/markdown.ts'),
    ]);
    const input = judge(this.result());
    const report = this.write('report.html', renderHtml(input));
    const summary = this.write('summary.md', renderMarkdown(input));
    this.written = [report, summary, this.save()];
  }

  result(): Result {
    const { scenario, version, target } = this.assignment;
    const [first] = this.facts.values();
    return {
      blowback: version,
      format: RESULT_FORMAT,
      scenario: scenario.name,
      summary: scenario.summary,
      ...(scenario.predicts === undefined ? {} : { predicts: scenario.predicts }),
      expects: scenario.expects.map(({ text }) => text),
      seed: scenario.seed,
      planDigest: this.digest,
      startedAt: this.startedAt.toISOString(),
      ...(this.finishedAt ? { finishedAt: this.finishedAt.toISOString() } : {}),
      command: this.command,
      compress: scenario.compress,
      phases: scenario.phases,
      goal: scenario.goal.map(({ text }) => text),
      thresholds: scenario.thresholds.map(({ text }) => text),
      machine: this.machine,
      workers: this.assignment.crew.workers,
      target: {
        kind: target.kind,
        version: first?.version ?? 'unknown',
        address: first?.address ?? 'unknown',
      },
      variants: this.variants(),
      actors: this.actors(),
      runs: this.partial ? [...this.runs, this.partial] : this.runs,
      // Not while it goes on: nobody reads them yet.
      verdicts: this.finishedAt ? this.verdicts(this.runs) : [],
      ...(this.programme.facts && { comparison: this.programme.facts }),
      ...(this.capacity && { capacity: this.capacity }),
      ...(this.assignment.inquiry?.self && {
        self: compareWithItself(this.runs, { variant: 'b', baseline: 'a' }),
      }),
    };
  }

  private verdicts(runs: readonly Run[]): Result['verdicts'] {
    const { scenario, inquiry } = this.assignment;
    const texts = (gates: typeof scenario.goal) => gates.map(({ text }) => text);
    const subject = {
      goal: texts(scenario.goal),
      thresholds: texts(scenario.thresholds),
      expects: texts(scenario.expects),
      variants: scenario.variants,
      actors: this.actors(),
    };
    const looks = this.programme.facts?.looks.length ?? 1;
    const ask = inquiry && !inquiry.gate && !inquiry.capacity ? 'everything' : 'ratios';
    return answer(subject, runs, { ask, looks, more: inquiry?.metrics ?? [] });
  }

  private makeProgramme(): Programme {
    const { scenario, inquiry } = this.assignment;
    const variants = scenario.variants.map(({ name }) => name);
    if (!inquiry || inquiry.capacity) return repeats(variants, scenario.repeat);
    return new Comparison(variants, scenario.seed, inquiry, (runs) => this.isDecided(runs));
  }

  private isDecided(runs: readonly Run[]): boolean {
    const verdicts = this.verdicts(runs);
    const { inquiry, scenario } = this.assignment;
    if (!inquiry?.gate) return verdicts.every(({ verdict }) => verdict !== 'inconclusive');
    return isDecided(outcomesOf(scenario.thresholds, { ...this.result(), runs, verdicts }));
  }

  private actors(): Result['actors'] {
    return this.plan.actors.map(({ actor, index }) => ({
      name: actor.name,
      kind: actor.kind,
      rate: describeRate(actor.rate),
      planned: this.tallies[index]?.sessions ?? 0,
    }));
  }

  /** As the user would type it again. */
  get command(): string {
    const { options, name, inquiry } = this.assignment;
    const words = ['blowback', ...(inquiry?.words ?? ['run']), name];
    if (options.target) words.push('--target', options.target);
    if (options.config) words.push('--config', options.config);
    if (options.variant) words.push('--variant', options.variant.join(','));
    for (const set of options.set) words.push('--set', set);
    if (options.sweep) words.push('--sweep', options.sweep);
    if (options.workers) words.push('--workers', String(options.workers));
    return commandLine(words);
  }

  private variants(): VariantFacts[] {
    const { scenario, sweep } = this.assignment;
    return scenario.variants.map(({ name, changes }, i) => ({
      name,
      changes: sweep ? [sweep[i]?.words ?? ''] : describeTuning(changes),
      configuration: this.facts.get(name)?.configuration ?? [],
    }));
  }

  private get runsPlanned(): number {
    return this.programme.planned;
  }

  private get ceiling(): number {
    const seconds = this.plan.spans.deadlineMs / 1000;
    const messages = this.plan.actors.reduce(
      (sum, { actor, index }) =>
        sum + (actor.kind === 'legit' ? Math.min(100_000, this.tallies[index]?.sessions ?? 0) : 0),
      0,
    );
    const run = CEILING.run + seconds * CEILING.second + messages * CEILING.legitMessage;
    return run * this.runsPlanned + CEILING.report;
  }

  private save(): { path: string; bytes: number } {
    const file = this.write('result.json', `${JSON.stringify(this.result())}\n`);
    this.resultBytes = file.bytes;
    return file;
  }

  private write(name: string, text: string): { path: string; bytes: number } {
    const path = join(this.directory, name);
    return { path: this.shown(path), bytes: writeWhole(path, text) };
  }

  private shown(path: string): string {
    const short = relative(process.cwd(), path);
    return short.startsWith('..') ? path : short;
  }
}

/** Two runs that begin in the same second keep apart. */
function unused(directory: string): string {
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? directory : `${directory}-${n}`;
    if (!existsSync(candidate)) return candidate;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
