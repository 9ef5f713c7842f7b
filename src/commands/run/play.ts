// Plays one variant once: starts target and sink, lets the load run, samples, stops and makes the run.
import type { Material } from '../../actors/actor.ts';
import { nowMs } from '../../clock.ts';
import { type LoadEnd, type RunningLoad, startLoad } from '../../engine/engine.ts';
import { makeMailboxes } from '../../plan/mailboxes.ts';
import type { Plan } from '../../plan/plan.ts';
import { phaseAt } from '../../plan/plan.ts';
import type { Network } from '../../plan/source-address.ts';
import { Recorder } from '../../record/recorder.ts';
import { assembleRun } from '../../result/assemble-run.ts';
import { entriesIn, waitOf } from '../../result/legit-metrics.ts';
import { waitMetrics } from '../../result/quantiles.ts';
import { type Comparison, disagreements, reconcile } from '../../result/reconcile.ts';
import type { Metric, Run } from '../../result/result.ts';
import { findWarnings } from '../../result/trust.ts';
import type { Scenario, Variant } from '../../scenario/scenario.ts';
import type { RunningTarget, Target, TargetTotals } from '../../target/target.ts';
import { type Sink, startSink } from '../../world/sink.ts';
import type { Interrupt } from './interrupt.ts';
import { readCpuTicks, stolenShare } from './machine.ts';
import type { Moment } from './view.ts';

export interface Play {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly materials: readonly Material[];
  readonly target: Target;
  readonly network: Network;
  readonly workers: number;
  readonly variant: Variant;
  readonly repeat: number;
  /** The baseline's median delay of legitimate mail in the storm, once it is known. */
  readonly baselineP50Ms: number | undefined;
  readonly interrupt: Interrupt;
  onMoment(moment: PlayMoment): void;
  /** Once a second: the run so far. */
  onPartial(run: Run): void;
}

export type PlayMoment = Pick<Moment, 'step' | 'elapsed'> & { readonly recorder: Recorder };

export interface Played {
  readonly run: Run;
  readonly version: string;
  readonly address: string;
  readonly configuration: readonly string[];
  readonly comparisons: readonly Comparison[];
  readonly end: LoadEnd;
}

const SAMPLE_MS = 1000;
const VIEW_MS = 250;
/** How long accepted mail may take to reach the sink once all sessions are over. */
const SETTLE_MS = 3000;

export async function playVariant(play: Play): Promise<Played> {
  const sink = play.target.kind === 'external' ? undefined : await startSink('127.0.0.1');
  let running: RunningTarget | undefined;
  try {
    running = stopOnce(await play.target.start(siteOf(play, sink)));
    return await playOn(play, running, sink);
  } finally {
    // After a good run both have been stopped already, and this does nothing.
    await running?.stop();
    await sink?.stop();
  }
}

function stopOnce(target: RunningTarget): RunningTarget {
  let stopped: Promise<TargetTotals> | undefined;
  return {
    ...target,
    stop: () => {
      stopped ??= target.stop();
      return stopped;
    },
  };
}

async function playOn(play: Play, running: RunningTarget, sink: Sink | undefined): Promise<Played> {
  const recorder = new Recorder(play.plan, sink !== undefined);
  sink?.onDelivery((batch) => {
    for (const { id, atMs } of batch) recorder.delivered(id, atMs);
  });
  const course: Course = {
    play,
    recorder,
    running,
    died: undefined,
    unwritable: undefined,
    usage: undefined,
  };
  const load = openLoad(course);
  void running.died.then((sentence) => {
    course.died = sentence;
    load.stop();
  });
  const deaf = listenToInterrupts(play.interrupt, load);
  const stopWatching = watch(course, load);
  let end: LoadEnd;
  let horizonMs: number;
  let totals: TargetTotals;
  try {
    end = await load.done;
    if (course.unwritable) throw course.unwritable.cause;
    const measured = measureGenerator(course);
    stopWatching();
    play.onMoment({ step: 'stopping', elapsed: scheduleS(play.plan), recorder });
    if (sink && play.interrupt.level < 2 && !course.died) await settle(recorder);
    horizonMs = recorder.sinceStart(nowMs());
    totals = await running.stop();
    await sink?.stop();
    stopWatching();
    return finish(course, { end, horizonMs, totals, measured });
  } finally {
    stopWatching();
    deaf();
    recorder.histograms.destroy();
  }
}

interface Course {
  readonly play: Play;
  readonly recorder: Recorder;
  readonly running: RunningTarget;
  died: string | undefined;
  /** The result could not be written in mid-run: the disk is full, its folder gone. */
  unwritable: { readonly cause: unknown } | undefined;
  /** At the run's start. */
  usage: Usage | undefined;
}

interface Usage {
  readonly atMs: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly ticks: ReturnType<typeof readCpuTicks>;
}

interface Measured {
  readonly generatorCores: number;
  readonly steal: number | undefined;
}

function siteOf({ plan, variant, scenario }: Play, sink: Sink | undefined) {
  const { world } = scenario;
  const mailboxes = makeMailboxes(plan.seed, world.mailboxes, world.domain);
  return {
    tuning: variant.tuning,
    domain: world.domain,
    victim: world.victim,
    recipients: world.victimExists
      ? [...mailboxes, world.victim]
      : mailboxes.filter((m) => m !== world.victim),
    compress: scenario.compress,
    sink: { host: sink?.host ?? '127.0.0.1', port: sink?.port ?? 0 },
  };
}

function openLoad(course: Course): RunningLoad {
  const { play, recorder, running } = course;
  return startLoad(
    {
      plan: play.plan,
      materials: play.materials,
      target: running.address,
      network: play.network,
      workers: play.workers,
    },
    {
      onStart: (startMs) => {
        recorder.begin(startMs);
        course.usage = { atMs: startMs, cpu: process.cpuUsage(), ticks: readCpuTicks() };
        sample(course);
      },
      onOutcomes: (batch) => recorder.outcomes(batch),
      onProgress: (p) => recorder.progress(p.worker, p.started, p.lagMaxMs, p.inFlight, nowMs()),
    },
  );
}

function listenToInterrupts(interrupt: Interrupt, load: RunningLoad): () => void {
  const onLevel = (level: number): void => {
    if (level === 1) load.stop();
    else void load.abort();
  };
  if (interrupt.level > 0) onLevel(interrupt.level);
  return interrupt.listen(onLevel);
}

/** Samples the target each second and shows where the run stands. Answers how to stop. */
function watch(course: Course, load: RunningLoad): () => void {
  const { play, recorder } = course;
  const seconds = setInterval(() => {
    if (!course.usage) return;
    sample(course);
    try {
      play.onPartial(partialRun(course));
    } catch (cause) {
      // Thrown out of a timer it would end the program at once, and clean up nothing.
      course.unwritable = { cause };
      void load.abort();
    }
  }, SAMPLE_MS);
  const frames = setInterval(() => {
    const elapsedMs = course.usage ? recorder.sinceStart(nowMs()) : 0;
    const { endMs } = play.plan.spans;
    const step = !course.usage
      ? 'starting'
      : elapsedMs < endMs && play.interrupt.level === 0
        ? phaseAt(play.plan.spans, elapsedMs)
        : 'draining';
    play.onMoment({ step, elapsed: Math.min(elapsedMs, endMs) / 1000, recorder });
  }, VIEW_MS);
  return () => {
    clearInterval(seconds);
    clearInterval(frames);
  };
}

function sample({ recorder, running }: Course): void {
  void running
    .sample()
    .then((s) => recorder.sampled(s, nowMs()))
    // A target that dies between two samples is told by `died`.
    .catch(() => undefined);
}

/** Waits until every accepted message has arrived, or long enough. */
async function settle(recorder: Recorder): Promise<void> {
  const until = nowMs() + SETTLE_MS;
  const missing = (): boolean =>
    [...recorder.ledger.entries.values()].some((e) => e.accepted && e.deliveredMs === undefined);
  while (missing() && nowMs() < until) await new Promise((resolve) => setTimeout(resolve, 50));
}

function measureGenerator({ usage }: Course): Measured {
  if (!usage) return { generatorCores: 0, steal: undefined };
  const { user, system } = process.cpuUsage(usage.cpu);
  return {
    generatorCores: (user + system) / 1e3 / Math.max(1, nowMs() - usage.atMs),
    steal: stolenShare(usage.ticks, readCpuTicks()),
  };
}

function finish(
  course: Course,
  ended: { end: LoadEnd; horizonMs: number; totals: TargetTotals; measured: Measured },
): Played {
  const { play, recorder, running } = course;
  const { end, totals, measured } = ended;
  if (totals.last) recorder.sampled(totals.last, nowMs());
  const comparisons = end.interrupted || course.died ? [] : reconcile(recorder, totals);
  const warnings = [
    ...findWarnings({
      recorder,
      baselineP50Ms: play.baselineP50Ms ?? medianWaitMs(recorder, ended.horizonMs),
      ...measured,
      workers: play.workers,
      faults: end.faults,
      interrupted: end.interrupted && !course.died,
      targetDied: course.died,
      targetWarnings: totals.warnings,
    }),
    ...disagreements(comparisons),
  ];
  const cores: Metric = {
    phase: 'run',
    metric: 'generator.cpu',
    value: measured.generatorCores,
    unit: 'share',
  };
  const saturated: Metric = {
    phase: 'run',
    metric: 'generator.saturated',
    value: Number(
      warnings.some(({ code }) => code === 'generator-late' || code === 'generator-busy'),
    ),
    unit: 'count',
  };
  const run = assembleRun(recorder, {
    variant: play.variant.name,
    repeat: play.repeat,
    warnings,
    unavailable: unavailable(play, recorder),
    extra: [cores, saturated],
    horizon: { endMs: ended.horizonMs },
  });
  const { host, port } = running.address;
  return {
    run,
    version: running.version,
    address: `${host}:${port}`,
    configuration: running.configuration,
    comparisons,
    end,
  };
}

/** Of the baseline itself: the median delay of legitimate mail in the storm. */
function medianWaitMs({ ledger }: Recorder, endMs: number): number | undefined {
  const waits = entriesIn(ledger, ['storm']).map((entry) => waitOf(entry, { endMs }));
  const p50 = waitMetrics('', 'storm', waits).find(({ metric }) => metric === '.p50');
  return p50 === undefined ? undefined : p50.value * 1000;
}

function partialRun({ play, recorder }: Course): Run {
  return assembleRun(recorder, {
    variant: play.variant.name,
    repeat: play.repeat,
    warnings: [
      {
        code: 'unfinished',
        text: 'This run has not ended: it holds what was measured so far.',
        fatal: true,
      },
    ],
    unavailable: unavailable(play, recorder),
    extra: [],
    horizon: { endMs: recorder.sinceStart(nowMs()) },
  });
}

/** What nobody measured, with the reason: never shown as 0. */
function unavailable({ target }: Play, { timeline }: Recorder): Run['unavailable'] {
  const kinds = [
    ['target.cpu_s', 'cpuS'],
    ['target.memory_peak', 'memoryBytes'],
    ['target.workers_peak', 'workersBusy'],
    ['target.accept_queue_peak', 'acceptQueue'],
    ['target.listen_overflows', 'listenOverflows'],
    ['target.queue_peak', 'queue'],
    ['target.log_bytes', 'logBytes'],
  ] as const;
  const missing = kinds
    .filter(([, key]) => timeline.samples.every((sample) => sample[key] === undefined))
    .map(([metric]) => ({ metric, reason: `the ${target.kind} target does not tell it here` }));
  return [
    ...missing,
    ...[
      'target.backscatter',
      'target.disk_bytes',
      'energy.marginal_j',
      'energy.idle_j',
      'energy.network_j',
    ].map((metric) => ({ metric, reason: 'not measured by this version' })),
  ];
}

export function scheduleS(plan: Plan): number {
  return plan.spans.endMs / 1000;
}
