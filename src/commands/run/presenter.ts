// Shows a run to its user: the live view or plain lines while it goes on, the summary at its end.
import { statfsSync } from 'node:fs';
import { nowMs } from '../../clock.ts';
import { dueBySecond } from '../../plan/demand.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Recorder } from '../../record/recorder.ts';
import { describeFaults, describeTargetFaults } from '../../result/machine-faults.ts';
import { isTerminal } from '../terminal.ts';
import { showResult } from './conclude.ts';
import type { Played, PlayMoment } from './course.ts';
import type { Dossier } from './dossier.ts';
import { scheduleS } from './play.ts';
import { type Moment, type RunLabel, remainingTime, showDuration, type View } from './view.ts';

const WINDOW_MS = 2000;

export class Presenter {
  private readonly view: View;
  private plan: Plan;
  private readonly dossier: Dossier;
  private readonly json: boolean;
  private readonly startedMs = nowMs();
  private readonly overheadsS: number[] = [];
  private readonly free: number;
  /** First attempts that are due, by second of the run. */
  private due: readonly number[];
  private run: RunLabel = { variant: '', repeat: 1, number: 1, of: 1 };
  private runStartedMs = 0;
  private readonly toldTraps = new Set<string>();
  /** Whose faults of this run have been told of. */
  private readonly toldFaults = new Set<'session' | 'target'>();
  /** Times and counts of the last moments, for the rate that is shown. */
  private recent: { atMs: number; started: number }[] = [];

  constructor(view: View, plan: Plan, dossier: Dossier, json: boolean) {
    this.plan = plan;
    this.dossier = dossier;
    this.json = json;
    this.due = dueBySecond(plan);
    const { bavail, bsize } = statfsSync(dossier.directory);
    this.free = bavail * bsize;
    this.view = view;
  }

  /** What stays in sight while the run goes on. */
  warn(sentences: readonly string[]): void {
    for (const sentence of sentences) this.view.note(`warning: ${sentence}`);
  }

  /** Once for each variant, however often it is repeated. */
  warnOfTraps(variant: string, sentences: readonly string[]): void {
    const all = sentences.map((sentence) => `${variant}: ${sentence}`);
    this.warn(all.filter((sentence) => !this.toldTraps.has(sentence)));
    for (const sentence of all) this.toldTraps.add(sentence);
  }

  /** Another storm than the one before. */
  follow(plan: Plan): void {
    this.plan = plan;
    this.due = dueBySecond(plan);
  }

  begin(run: RunLabel): void {
    this.run = run;
    this.runStartedMs = nowMs();
    this.recent = [];
    this.toldFaults.clear();
    this.view.begin(run);
  }

  update({ step, elapsed, recorder }: PlayMoment): void {
    const scheduled = scheduleS(this.plan);
    const faults = this.tellFaults(recorder);
    const { number, of } = this.run;
    this.view.update({
      step,
      elapsed,
      sinceStart: (nowMs() - this.startedMs) / 1000,
      remaining: remainingTime(scheduled, of, this.overheadsS, number, elapsed),
      ...this.load(recorder),
      faults,
      duePerSecond: this.due[Math.floor(elapsed)] ?? 0,
      legit: mailOf(recorder),
      target: usageOf(recorder),
      disk: { ...this.dossier.disk, freeBytes: this.free },
    });
  }

  /** A line at once when they begin: such a run will be inconclusive, and may be ended. Answers all. */
  private tellFaults({ faults, timeline }: Recorder): string | undefined {
    const kinds = [
      ['session', describeFaults(faults)],
      ['target', describeTargetFaults(timeline.samples.at(-1)?.faults)],
    ] as const;
    for (const [kind, sentence] of kinds) {
      if (sentence === undefined || this.toldFaults.has(kind)) continue;
      this.toldFaults.add(kind);
      this.warn([`${sentence}: this run will be inconclusive`]);
    }
    const all = kinds.flatMap(([, sentence]) => sentence ?? []);
    return all.length > 0 ? all.join('; ') : undefined;
  }

  end({ run }: Played): void {
    this.overheadsS.push((nowMs() - this.runStartedMs) / 1000 - scheduleS(this.plan));
    const value = (metric: string): number | undefined =>
      run.metrics.find((m) => m.phase === 'storm' && m.metric === metric)?.value;
    const p95 = value('legit.latency.p95');
    const mail = p95 === undefined ? 'no real mail' : `storm p95 ${p95.toFixed(2)} s`;
    const sent = value('legit.sent') ?? 0;
    const missing = sent - (value('legit.delivered') ?? 0);
    const agree = run.books.length > 0 && run.books.every(({ ours, theirs }) => ours === theirs);
    const clock = new Date().toTimeString().slice(0, 8);
    const { number, of } = this.run;
    const label = run.repeat === 0 && this.run.repeat === 0 ? ' (warm-up, not counted)' : '';
    this.view.note(
      `${clock} ${run.valid ? '✔' : '✘'} ${this.run.variant}${label} ${number}/${of}: ${mail}, ${missing} of ${sent} undelivered${agree ? ', books agree' : ''}`,
    );
  }

  close(): void {
    this.view.close();
  }

  async conclude(exit: { readonly code: number; readonly meaning: string }): Promise<void> {
    await showResult(this.dossier.result(), exit, this.dossier.files, this.json);
    if (isTerminal(process.stderr)) {
      console.error(`took ${showDuration((nowMs() - this.startedMs) / 1000)}`);
    }
  }

  private load(recorder: Recorder): Pick<Moment, 'started' | 'perSecond' | 'lagMs' | 'inFlight'> {
    const atMs = nowMs();
    this.recent.push({ atMs, started: recorder.started });
    this.recent = this.recent.filter((moment) => atMs - moment.atMs <= WINDOW_MS);
    const first = this.recent[0] ?? { atMs, started: recorder.started };
    const seconds = Math.max(0.001, (atMs - first.atMs) / 1000);
    const slot = recorder.timeline.slots.at(-1);
    const perSecond = Math.round((recorder.started - first.started) / seconds);
    return {
      started: recorder.started,
      perSecond,
      lagMs: slot?.lagMaxMs ?? 0,
      inFlight: recorder.inFlight,
    };
  }
}

function mailOf({ ledger }: Recorder): Moment['legit'] {
  const { size, delivered, slowestMs } = ledger;
  return { due: size, delivered, slowestS: slowestMs === undefined ? undefined : slowestMs / 1000 };
}

function usageOf({ timeline }: Recorder): Moment['target'] {
  const last = timeline.samples.at(-1);
  const before = timeline.samples.at(-2);
  const elapsedS = last && before ? (last.atMs - before.atMs) / 1000 : 0;
  const cpu =
    last?.cpuS !== undefined && before?.cpuS !== undefined && elapsedS > 0
      ? (last.cpuS - before.cpuS) / elapsedS
      : undefined;
  return { cpu, memoryBytes: last?.memoryBytes, queue: last?.queue };
}
