// A made-up result for the tests of the reports: five variants with the shapes that matter (a drowning
// baseline, lost mail, one that survives), every figure from a formula, nothing measured.
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { GoalState, ReportInput } from '../../src/report/input.ts';
import type { LedgerRow, Result, Run, Second, Warning } from '../../src/result/result.ts';
import type { Phase } from '../../src/scenario/scenario.ts';
import { booksOf, metricsOf, outcomesOf } from './sample-counts.ts';

export interface Behaviour {
  readonly name: string;
  readonly changes: readonly string[];
  /** Delay of real mail once the storm has built up, in seconds. */
  readonly stormDelay: number;
  /** Every so many-th message of the late storm is lost; 0: none. */
  readonly loseEvery: number;
  readonly cpu: number;
  /** Share of the storm refused at connect; the rest is refused at RCPT TO. */
  readonly refused: number;
}

export const BEHAVIOURS: readonly Behaviour[] = [
  { name: 'stock', changes: [], stormDelay: 24, loseEvery: 9, cpu: 0.61, refused: 0.34 },
  {
    name: 'two-errors',
    changes: ['errorLimit: 2'],
    stormDelay: 23,
    loseEvery: 11,
    cpu: 0.6,
    refused: 0.33,
  },
  {
    name: 'two-workers',
    changes: ['workers: 2', 'acceptQueue: 4096'],
    stormDelay: 31,
    loseEvery: 0,
    cpu: 0.22,
    refused: 0,
  },
  {
    name: 'victim-rule',
    changes: ["victimRule: {reply: 554, text: don't bounce forged mail}"],
    stormDelay: 0.42,
    loseEvery: 0,
    cpu: 0.35,
    refused: 0,
  },
  {
    name: 'cdb-first',
    changes: ['recipients: {table: cdb}', 'checkOrder: recipient-first'],
    stormDelay: 0.9,
    loseEvery: 0,
    cpu: 0.41,
    refused: 0.001,
  },
];

const PHASES = {
  warmupMs: 2000,
  calmMs: 10_000,
  stormMs: 40_000,
  recoveryMs: 15_000,
  drainMs: 20_000,
};
const GOAL = ['legit.lost == 0', 'legit.latency.p95 < 5s in storm'];

export function sampleResult(behaviours: readonly Behaviour[] = BEHAVIOURS, repeats = 1): Result {
  return {
    blowback: '0.1.0',
    format: 1,
    scenario: 'deluge-2008',
    summary: 'One forged address, two million bounces (synthetic data).',
    predicts: 'Asking for the recipient first cuts the CPU per reject most.',
    seed: 20080325,
    planDigest: `sha256:${'0123456789abcdef'.repeat(4)}`,
    startedAt: '2026-11-23T07:40:12.345Z',
    finishedAt: '2026-11-23T07:46:40.000Z',
    command: 'blowback run deluge-2008',
    compress: 60,
    phases: PHASES,
    goal: GOAL,
    thresholds: [],
    machine: {
      os: 'Debian 12, Linux 6.1',
      cpu: 'Synthetic CPU',
      cores: 2,
      memoryBytes: 8e9,
      node: '20.20.2',
    },
    target: { kind: 'embedded', version: 'embedded 0.1.0', address: '127.0.0.1:2525' },
    variants: behaviours.map(({ name, changes }) => ({
      name,
      changes,
      configuration: [
        'errorLimit = 20',
        `cost = ${name}`,
        ...changes.map((c) => c.replace(': ', ' = ')),
      ],
    })),
    actors: [
      { name: 'legit', kind: 'legit', rate: '5/s', planned: 335 },
      { name: 'bouncers', kind: 'bouncer', rate: 'ramp 0/s to 300/s over 2 s', planned: 11_700 },
    ],
    runs: behaviours.flatMap((behaviour) =>
      Array.from({ length: repeats }, (_, i) => sampleRun(behaviour, i + 1)),
    ),
    verdicts: [],
  };
}

/** With the goals evaluated as a judge would. */
export function sampleInput(result: Result = sampleResult()): ReportInput {
  return {
    result,
    goals: result.variants.map(({ name }) => ({ variant: name, states: statesOf(result, name) })),
  };
}

function statesOf(result: Result, variant: string): GoalState[] {
  const run = result.runs.find((r) => r.variant === variant);
  const value = (metric: string, phase: string) =>
    run?.metrics.find((m) => m.metric === metric && m.phase === phase)?.value ?? 0;
  const lost = value('legit.lost', 'run');
  const p95 = value('legit.latency.p95', 'storm');
  return [
    { text: GOAL[0] ?? '', state: lost === 0 ? 'met' : 'missed', shown: String(lost) },
    { text: GOAL[1] ?? '', state: p95 < 5 ? 'met' : 'missed', shown: `${p95.toPrecision(3)} s` },
  ];
}

export function sampleRun(
  behaviour: Behaviour,
  repeat = 1,
  warnings: readonly Warning[] = [],
): Run {
  const timeline = Array.from({ length: 67 }, (_, t) => secondOf(behaviour, t, repeat));
  const delays = messagesOf(behaviour, repeat);
  const lost = delays.filter((delay) => delay === undefined).length;
  const sent = 325;
  return {
    variant: behaviour.name,
    repeat,
    valid: warnings.every((warning) => !warning.fatal),
    warnings,
    metrics: metricsOf(behaviour, delays, lost, sent),
    unavailable: [{ metric: 'energy.marginal_j', reason: 'this machine has no energy counters' }],
    // As the recorder does it: what never arrived stands at the time that it had waited in the end.
    histograms: { 'legit.latency in storm': encode(delays.map((d, i) => d ?? 75 - i / 5)) },
    timeline,
    outcomes: outcomesOf(behaviour),
    books: booksOf(behaviour),
    ledger: ledgerOf(delays, sent),
  };
}

function ledgerOf(delays: readonly (number | undefined)[], sent: number): LedgerRow[] {
  const storm = delays.map((delay, i): LedgerRow => {
    const dueAt = 12 + i / 5;
    const row = { id: `storm-${i}`, phase: 'storm', dueAt, attempts: 1 } as const;
    if (delay === undefined) return { ...row, state: 'lost', last: '250' };
    return { ...row, state: 'delivered', deliveredAt: dueAt + delay };
  });
  const calm = Array.from({ length: sent - storm.length }, (_, i): LedgerRow => {
    const dueAt = 2 + i / 12;
    const state = 'delivered';
    return { id: `calm-${i}`, phase: 'calm', dueAt, attempts: 1, state, deliveredAt: dueAt + 0.03 };
  });
  return [...calm, ...storm];
}

function encode(seconds: readonly number[]): string {
  const histogram = build({ numberOfSignificantValueDigits: 3, highestTrackableValue: 6e8 });
  for (const delay of seconds) histogram.recordValue(Math.round(delay * 1e6));
  return encodeIntoCompressedBase64(histogram);
}

/** 5/s over the storm; undefined: lost. */
function messagesOf(behaviour: Behaviour, repeat: number): (number | undefined)[] {
  return Array.from({ length: 200 }, (_, i) => {
    const late = i > 40;
    if (behaviour.loseEvery > 0 && late && i % behaviour.loseEvery === 0) return undefined;
    return delayAt(behaviour, 12 + i / 5, repeat) * (0.55 + 0.45 * wobble(i + repeat));
  });
}

function delayAt({ stormDelay }: Behaviour, t: number, repeat: number): number {
  const calm = 0.03 + 0.01 * wobble(t * 7 + repeat);
  if (t < 12) return calm;
  const built = Math.min(1, (t - 12) / 14);
  const fading = t < 52 ? 1 : Math.max(0, 1 - (t - 52) / 12);
  return calm + stormDelay * built * fading * (0.8 + 0.2 * wobble(t + repeat));
}

/** Between 0 and 1, the same every time. */
function wobble(x: number): number {
  return (Math.sin(x * 12.9898) + 1) / 2;
}

function phaseOf(t: number): Phase {
  if (t < 2) return 'warmup';
  if (t < 12) return 'calm';
  return t < 52 ? 'storm' : 'recovery';
}

const NOTHING = { accepted: 0, deferred: 0, timedOut: 0, dropped: 0 };

function secondOf(behaviour: Behaviour, t: number, repeat: number): Second {
  const phase = phaseOf(t);
  const attack = phase === 'storm' ? Math.round(Math.min(300, (t - 11) * 150)) : 0;
  const refused = Math.round(attack * behaviour.refused * Math.min(1, (t - 12) / 10));
  const undelivered = behaviour.loseEvery > 0 && t > 30 && t < 52 && t % 3 === 0 ? 1 : 0;
  const slow = delayAt(behaviour, t, repeat);
  return {
    t,
    phase,
    legit: { due: 5, delivered: 5 - undelivered, undelivered, fastest: slow * 0.6, slowest: slow },
    attack: { ...NOTHING, started: attack, rejected: attack - refused, refused },
    inFlight: Math.round(attack * Math.min(10, behaviour.stormDelay)),
    lagMax: 0.002,
    target: {
      cpu: phase === 'storm' ? behaviour.cpu * (0.9 + 0.1 * wobble(t)) : 0.02,
      memoryBytes: 92e6,
      workersBusy: phase === 'storm' ? Math.min(100, Math.round(attack / 3)) : 2,
      acceptQueue: Math.round(attack * Math.min(behaviour.stormDelay, 12) * 0.2),
    },
  };
}
