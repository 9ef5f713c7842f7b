// Makes the record of a run from what was measured: at its end, and again and again while it goes on.
import { nowMs } from '../../clock.ts';
import type { LoadEnd } from '../../engine/engine.ts';
import type { Recorder } from '../../record/recorder.ts';
import { assembleRun } from '../../result/assemble-run.ts';
import { EMISSION_METRICS } from '../../result/emission-metrics.ts';
import { faultWarnings } from '../../result/machine-faults.ts';
import { mailDisagreements } from '../../result/mail-account.ts';
import { disagreements, reconcile } from '../../result/reconcile.ts';
import type { Metric, Run, Warning } from '../../result/result.ts';
import { OF_TWO, SAMPLED } from '../../result/target-metrics.ts';
import { findWarnings } from '../../result/trust.ts';
import { DNS_COUNTS } from '../../scenario/metrics.ts';
import type { TargetTotals } from '../../target/target.ts';
import type { Course, Measured, Played } from './course.ts';
import { readCpuTicks, stolenShare } from './machine.ts';

export function measureGenerator({ usage }: Course): Measured {
  if (!usage) return { generatorCores: 0, steal: undefined };
  const { user, system } = process.cpuUsage(usage.cpu);
  return {
    generatorCores: (user + system) / 1e3 / Math.max(1, nowMs() - usage.atMs),
    steal: stolenShare(usage.ticks, readCpuTicks()),
  };
}

export function makeRun(
  course: Course,
  ended: { end: LoadEnd; horizonMs: number; totals: TargetTotals; measured: Measured },
): Played {
  const { play, recorder, running } = course;
  const { end, totals, measured } = ended;
  if (totals.last) recorder.sampled(totals.last, nowMs());
  const whole = !end.interrupted && course.died === undefined;
  const books = whole ? reconcile(recorder, totals) : [];
  const warnings = [
    ...findWarnings({
      recorder,
      ...measured,
      workers: play.workers,
      faults: end.faults,
      targetFaults: totals.last?.faults,
      interrupted: end.interrupted && !course.died,
      targetDied: course.died,
      targetWarnings: totals.warnings,
      client: play.scenario.target.client,
      beyond: play.beyond,
    }),
    ...disagreements(books),
    ...(whole && totals.messages ? mailDisagreements(recorder.ledger, totals.messages) : []),
  ];
  const run = assembleRun(recorder, {
    variant: play.variant.name,
    repeat: play.repeat,
    warnings,
    unavailable: unavailable(course, recorder, totals),
    books,
    extra: [...generatorFigures(measured, warnings), ...questions(course, totals)],
    horizon: { endMs: ended.horizonMs },
    accounts: totals.messages,
    causes: totals.causes,
    stages: totals.stages,
    methods: totals.methods,
  });
  const { host, port } = running.address;
  return {
    run,
    version: running.version,
    address: `${host}:${port}`,
    configuration: running.configuration,
    end,
  };
}

function generatorFigures(
  { generatorCores }: Measured,
  warnings: readonly Warning[],
): readonly Metric[] {
  const saturated = warnings.some(
    ({ code }) => code === 'generator-late' || code === 'generator-busy',
  );
  return [
    { phase: 'run', metric: 'generator.cpu', value: generatorCores, unit: 'share' },
    { phase: 'run', metric: 'generator.saturated', value: Number(saturated), unit: 'count' },
  ];
}

/** What the name server was asked while the target was up, its stop included. */
function questions(
  { names, askedBefore }: Course,
  { questions: byItself }: TargetTotals,
): readonly Metric[] {
  const asked = names?.counts() ?? byItself;
  if (!asked) return [];
  return DNS_COUNTS.map((name) => ({
    phase: 'run',
    metric: `dns.${name}`,
    value: asked[name] - (askedBefore?.[name] ?? 0),
    unit: 'count',
  }));
}

export function partialRun(course: Course): Run {
  const { play, recorder } = course;
  return assembleRun(recorder, {
    variant: play.variant.name,
    repeat: play.repeat,
    warnings: [
      {
        code: 'unfinished',
        text: 'This run has not ended: it holds what was measured so far.',
        fatal: true,
      },
      ...faultWarnings(recorder.faults),
    ],
    unavailable: unavailable(course, recorder),
    books: [],
    extra: [],
    unfinished: true,
    horizon: { endMs: recorder.sinceStart(nowMs()) },
  });
}

/** What nobody measured, with the reason: never shown as 0. */
function unavailable(
  { play: { target }, names }: Course,
  { timeline, hasSink, plan }: Recorder,
  totals?: Pick<TargetTotals, 'messages' | 'questions'>,
): Run['unavailable'] {
  const untold = ([, key]: (typeof SAMPLED | typeof OF_TWO)[number]) =>
    timeline.samples.every((sample) => sample[key] === undefined);
  const missing = SAMPLED.filter(untold).map(([metric]) => ({
    metric,
    reason: `the ${target.kind} target does not tell it here`,
  }));
  const single = OF_TWO.filter(untold).map(([metric]) => ({
    metric,
    reason: 'there is no second server, or nothing of the kind between the two',
  }));
  const unseen = hasSink ? [] : EMISSION_METRICS;
  const legit = plan.actors.filter(({ actor }) => actor.kind === 'legit');
  const fates = ['legit', ...legit.map(({ actor }) => `actor.${actor.name}`)].flatMap((of) => [
    `${of}.bounced`,
    `${of}.deferred`,
  ]);
  const unlogged = `the ${target.kind} target has no log that tells it`;
  const unasked = `the ${target.kind} target asks for no names here`;
  return [
    ...missing,
    ...single,
    ...(totals?.messages ? [] : fates.map((metric) => ({ metric, reason: unlogged }))),
    ...(names || totals?.questions
      ? []
      : DNS_COUNTS.map((name) => ({ metric: `dns.${name}`, reason: unasked }))),
    ...unseen.map((metric) => ({ metric, reason: 'no sink of ours sees what this target sends' })),
    ...['energy.marginal_j', 'energy.idle_j', 'energy.network_j'].map((metric) => ({
      metric,
      reason: 'not measured by this version',
    })),
  ];
}
