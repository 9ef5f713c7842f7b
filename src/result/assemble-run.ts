// Turns what the recorder holds into a Run, at its end or while it still goes on.
import { encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { MEASURES, makeHistogram, recordMs } from '../record/histograms.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Phase } from '../scenario/scenario.ts';
import { STAGES } from '../smtp/stage.ts';
import { groupMetrics, indexes, outcomeRows } from './attack-metrics.ts';
import { emissionMetrics, emittedSamples } from './emission-metrics.ts';
import { generatorMetrics } from './generator-metrics.ts';
import {
  entriesIn,
  type Horizon,
  ledgerRows,
  legitMetrics,
  recoverySeconds,
  waitOf,
} from './legit-metrics.ts';
import type { MailAccounts } from './mail-account.ts';
import { histogramMetrics } from './quantiles.ts';
import { rejectMetrics, rejectUnavailable } from './reject-metrics.ts';
import type { Metric, MetricPhase, Run, Warning } from './result.ts';
import { secondRows } from './second-rows.ts';
import { targetMetrics, type Window } from './target-metrics.ts';

const LEDGER_ROWS = 100_000;

export interface RunFacts {
  readonly variant: string;
  readonly repeat: number;
  readonly warnings: readonly Warning[];
  readonly unavailable: Run['unavailable'];
  readonly books: Run['books'];
  /** Metrics measured elsewhere: the generator's CPU. */
  readonly extra: readonly Metric[];
  /** Until when undelivered mail has been waited for, ms from the run's start. */
  readonly horizon: Horizon;
  /** While the run goes on: leaves out what only its end can tell. */
  readonly unfinished?: boolean;
  /** The target's own log of legitimate mail. */
  readonly accounts?: MailAccounts | undefined;
  readonly causes?: Run['causes'];
  readonly stages?: Run['stages'];
  readonly methods?: Run['methods'];
}

export function assembleRun(recorder: Recorder, facts: RunFacts): Run {
  const messages = recorder.ledger.size;
  const warnings = [...facts.warnings];
  const emitted = emittedSamples(recorder.emissions);
  if (messages > LEDGER_ROWS) {
    warnings.push({
      code: 'ledger-cut',
      text: `The ledger lists the first ${LEDGER_ROWS} of ${messages} legitimate messages; the counts hold all of them.`,
      fatal: false,
    });
  }
  return {
    variant: facts.variant,
    repeat: facts.repeat,
    valid: warnings.every(({ fatal }) => !fatal),
    warnings,
    metrics: [
      ...windowsOf(recorder).flatMap((window) => metricsIn(recorder, window, facts)),
      ...facts.extra,
    ],
    unavailable: [...facts.unavailable, ...rejectUnavailable(recorder, attackersOf(recorder))],
    histograms: encodedHistograms(recorder, facts.horizon),
    timeline: secondRows(recorder),
    outcomes: outcomeRows(recorder),
    books: facts.books,
    ...(emitted.length > 0 && { emitted }),
    ...(facts.causes && { causes: facts.causes }),
    ...(facts.stages && { stages: facts.stages }),
    ...(facts.methods && { methods: facts.methods }),
    ledger: ledgerRows(recorder.ledger, LEDGER_ROWS, facts.accounts),
  };
}

/** The phases one by one, and all of them but the warm-up together. */
function windowsOf({ plan }: Recorder): Window[] {
  const { calmMs, stormMs, recoveryMs, endMs } = plan.spans;
  const single = (phase: Phase, fromMs: number, toMs: number): Window => ({
    phase,
    phases: [phase],
    fromMs,
    toMs,
  });
  return [
    single('warmup', 0, calmMs),
    single('calm', calmMs, stormMs),
    single('storm', stormMs, recoveryMs),
    single('recovery', recoveryMs, endMs),
    { phase: 'run', phases: ['calm', 'storm', 'recovery'], fromMs: calmMs, toMs: endMs },
  ];
}

function metricsIn(recorder: Recorder, window: Window, facts: RunFacts): Metric[] {
  const { phase, phases } = window;
  const { plan, ledger } = recorder;
  const attackers = attackersOf(recorder);
  const recovery =
    phase === 'recovery' && !facts.unfinished
      ? recoverySeconds(ledger, plan.spans.recoveryMs, plan.spans.endMs, facts.horizon)
      : undefined;
  return [
    ...legitMetrics(recorder, phase, phases, facts.horizon, undefined, facts.accounts),
    ...groupMetrics(recorder, 'attack', attackers, phase, phases),
    ...plan.actors.flatMap(({ actor: { name }, index }) =>
      recorder.isLegit[index]
        ? legitMetrics(recorder, phase, phases, facts.horizon, { index, name }, facts.accounts)
        : groupMetrics(recorder, `actor.${name}`, [index], phase, phases, name),
    ),
    ...sharedLatencies(recorder, phase, phases),
    ...targetMetrics(recorder, window),
    ...emissionMetrics(recorder, window),
    ...(phase === 'storm' || phase === 'run' ? rejectMetrics(recorder, phase, attackers) : []),
    ...generatorMetrics(recorder, window),
    ...(recovery ? [recovery] : []),
  ];
}

function attackersOf({ plan, isLegit }: Recorder): number[] {
  return plan.actors.filter((_, i) => !isLegit[i]).map(({ index }) => index);
}

/** Time to the banner and of each stage, over all senders. */
function sharedLatencies(
  recorder: Recorder,
  phase: MetricPhase,
  phases: readonly Phase[],
): Metric[] {
  return sharedMeasures().flatMap(([name, measure]) => {
    const sum = recorder.histograms.sum(everyActor(recorder), indexes(phases), measure);
    const metrics = histogramMetrics(name, phase, sum);
    sum?.destroy();
    return metrics;
  });
}

function sharedMeasures(): (readonly [string, number])[] {
  return [
    ['banner.latency', MEASURES.indexOf('bannerFromIntended')],
    ...STAGES.map((stage) => [`stage.${stage}.latency`, MEASURES.indexOf(stage)] as const),
  ];
}

function everyActor(recorder: Recorder): number[] {
  return recorder.plan.actors.map(({ index }) => index);
}

function encodedHistograms(recorder: Recorder, horizon: Horizon): Record<string, string> {
  const encoded: Record<string, string> = {};
  const verdict = MEASURES.indexOf('verdict');
  const add = (name: string, histogram: Histogram | undefined): void => {
    if (histogram && histogram.totalCount > 0)
      encoded[name] = encodeIntoCompressedBase64(histogram);
    histogram?.destroy();
  };
  const attackers = attackersOf(recorder);
  for (const { phase, phases } of windowsOf(recorder)) {
    const suffix = phase === 'run' ? '' : ` in ${phase}`;
    const at = indexes(phases);
    add(`legit.latency${suffix}`, waitHistogram(recorder, phases, horizon));
    add(`attack.verdict${suffix}`, recorder.histograms.sum(attackers, at, verdict));
    for (const { actor, index } of recorder.plan.actors) {
      add(`actor.${actor.name}.verdict${suffix}`, recorder.histograms.sum([index], at, verdict));
    }
    for (const [name, measure] of sharedMeasures()) {
      add(`${name}${suffix}`, recorder.histograms.sum(everyActor(recorder), at, measure));
    }
  }
  return encoded;
}

/** What never arrived stands in it with the time that it was waited for. */
function waitHistogram(
  recorder: Recorder,
  phases: readonly Phase[],
  horizon: Horizon,
): Histogram | undefined {
  const entries = entriesIn(recorder.ledger, phases);
  if (entries.length === 0) return undefined;
  const histogram = makeHistogram();
  for (const entry of entries) recordMs(histogram, waitOf(entry, horizon).ms);
  return histogram;
}
