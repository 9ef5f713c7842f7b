// Whether a run can be trusted: what the generator, this machine or the two sides' books object to.

import { MEASURES } from '../record/histograms.ts';
import type { Recorder } from '../record/recorder.ts';
import { type ClientChoice, PHASES } from '../scenario/scenario.ts';
import { END_STATES, type EndState, FORGONE, type Stage } from '../smtp/stage.ts';
import { type Faults, faultWarnings, targetFaultWarnings } from './machine-faults.ts';
import type { Warning } from './result.ts';
import { meanRate, sustainedRate } from './sustained.ts';

export interface Evidence {
  readonly recorder: Recorder;
  /** Cores that the generator used in the mean. */
  readonly generatorCores: number;
  readonly workers: number;
  readonly faults: Faults;
  /** What the target's own process lacked, by error code. */
  readonly targetFaults?: Faults | undefined;
  readonly interrupted: boolean;
  readonly targetDied: string | undefined;
  /** Share of the CPU time that the hypervisor took away; undefined where /proc does not tell. */
  readonly steal: number | undefined;
  readonly targetWarnings: readonly string[];
  /** How the target learns its clients' addresses. */
  readonly client: ClientChoice;
  /** Where the plan asks for more than the generator was measured to hold on this machine. */
  readonly beyond?: Beyond | undefined;
}

/** Sessions a second. */
export interface Beyond {
  readonly planned: number;
  readonly limit: number;
}

/**
 * Sends may lag at the 99th percentile by this much (ms), or by a share of the median delay of real mail
 * in the calm, which no storm has touched; more than the ceiling would show in any percentile.
 */
const LAG_FLOOR_MS = 5;
const LAG_SHARE = 0.1;
const LAG_CEILING_MS = 50;
const ACHIEVED_SHARE = 0.98;
const CPU_SHARE = 0.85;
const STEAL_SHARE = 0.02;

export function findWarnings(evidence: Evidence): Warning[] {
  return [
    ...nobodyGreeted(evidence),
    ...nobodyIntroduced(evidence),
    // Before what it may have caused.
    ...machineFaults(evidence),
    ...lateGenerator(evidence),
    ...unsentSessions(evidence),
    ...busyGenerator(evidence),
    ...beyondLimit(evidence),
    ...ending(evidence),
    ...strangeMail(evidence),
    ...evidence.targetWarnings.map((text) => ({ code: 'target-log', text, fatal: false })),
  ];
}

function lateGenerator({ recorder }: Evidence): Warning[] {
  const all = recorder.plan.actors.map(({ index }) => index);
  const measured = [1, 2, 3];
  const lag = recorder.histograms.sum(all, measured, MEASURES.indexOf('lag'));
  if (!lag) return [];
  const p99Ms = lag.getValueAtPercentile(99) / 1000;
  lag.destroy();
  const limitMs = lagLimitMs(recorder);
  if (p99Ms <= limitMs) return [];
  return [
    {
      code: 'generator-late',
      text: `The generator fell behind: one session in a hundred started more than ${p99Ms.toFixed(2)} ms late (limit ${limitMs.toFixed(1)} ms).${heldSentence(recorder, limitMs)} Lower the rates, or give the generator more of the machine.`,
      fatal: true,
    },
  ];
}

/** Sentences begin with a space: there may be nothing to say. */
function heldSentence(recorder: Recorder, limitMs: number): string {
  const held = sustainedRate(recorder, limitMs);
  if (!held || isMostlyRefused(recorder)) return '';
  const seconds = held.seconds === 1 ? 'the second' : `the ${held.seconds} seconds`;
  return ` In ${seconds} in which it was late it started ${rate(held.perSecond)}: about what it holds here, unless something else kept the machine busy.`;
}

/** Connections that are refused cost little: how many of them were made says nothing of sessions. */
function isMostlyRefused({ counters, plan, started }: Recorder): boolean {
  const all = plan.actors.map(({ index }) => index);
  return counters.sessions(all, PHASES, 'refused') > started * REFUSED_SHARE;
}

const REFUSED_SHARE = 0.2;

function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en-US')} sessions/s`;
}

function lagLimitMs({ ledger }: Recorder): number {
  const waits = [...ledger.all()]
    .filter(({ phase }) => phase === 'calm')
    .map(({ deliveredMs, dueMs }) =>
      deliveredMs === undefined ? Number.POSITIVE_INFINITY : deliveredMs - dueMs,
    )
    .sort((a, b) => a - b);
  const median = waits[Math.floor(waits.length / 2)] ?? 0;
  // Endless where most mail of the calm never arrived: beside such delays no lag below the ceiling shows.
  return Math.min(LAG_CEILING_MS, Math.max(LAG_FLOOR_MS, median * LAG_SHARE));
}

/** A server that greets nobody was not tested, whatever the figures say. */
function nobodyGreeted({ recorder }: Evidence): Warning[] {
  const all = recorder.plan.actors.map(({ index }) => index);
  const banners = recorder.histograms.sum(all, [0, 1, 2, 3], MEASURES.indexOf('banner'));
  const greeted = banners?.totalCount ?? 0;
  banners?.destroy();
  if (greeted > 0 || recorder.started === 0) return [];
  return [
    {
      code: 'never-greeted',
      text: `The server greeted none of ${recorder.started} sessions: nothing was tested. Is a mail server running at this address?`,
      fatal: true,
    },
  ];
}

/** A server that expects no XCLIENT or PROXY header, or not from us, answers it with an error. */
function nobodyIntroduced({ recorder, client }: Evidence): Warning[] {
  if (client === 'address') return [];
  const rows = recorder.counters.rows().filter(({ state }) => !IDLE.has(state));
  if (rows.length === 0 || rows.some(({ stage }) => !EARLY.has(stage))) return [];
  return [
    {
      code: 'not-introduced',
      text: `No session got past its greeting: the server does not let us tell it its clients' addresses (${client}). Let it trust this machine, or use target.client: address.`,
      fatal: true,
    },
  ];
}

const IDLE: ReadonlySet<EndState> = new Set([...FORGONE, 'unsent', 'cut']);
const EARLY: ReadonlySet<Stage> = new Set(['connect', 'banner', 'helo']);

function unsentSessions({ recorder, faults }: Evidence): Warning[] {
  // Sessions that failed on this machine are unsent as well; they have a warning of their own.
  const failed = Object.values(faults).reduce((sum, n) => sum + n, 0);
  const all = recorder.plan.actors.map(({ index }) => index);
  if (recorder.counters.sessions(all, PHASES, 'unsent') <= failed) return [];
  return recorder.plan.actors.flatMap(({ actor, index }) => {
    const unsent = recorder.counters.sessions([index], PHASES, 'unsent');
    if (unsent === 0) return [];
    const started = PHASES.reduce(
      (sum, _, phase) => sum + recorder.counters.startsOf(index, phase).attempts,
      0,
    );
    const share = unsent / (unsent + started);
    return [
      {
        code: 'unsent',
        text: `${unsent} sessions of ${actor.name} (${(share * 100).toFixed(1)} %) were not sent: ${actor.concurrency} were in flight already.${foundRoom(recorder)} The load was weaker than planned; raise actors.${actor.name}.concurrency.`,
        fatal: 1 - share < ACHIEVED_SHARE,
      },
    ];
  });
}

const UNSENT = END_STATES.indexOf('unsent');

/** How many a second did start meanwhile. The time line knows attackers only. */
function foundRoom({ timeline: { slots } }: Recorder): string {
  const crowded = slots.filter(({ ended }) => (ended[UNSENT] ?? 0) > 0);
  const started = crowded.reduce((sum, slot) => sum + slot.started, 0);
  if (started === 0) return '';
  return ` In the seconds in which that happened ${rate(started / crowded.length)} of all attackers found room.`;
}

function busyGenerator({ recorder, generatorCores, workers }: Evidence): Warning[] {
  if (generatorCores <= CPU_SHARE * workers) return [];
  // In proportion: what a session costs does not depend on how many there are.
  const roomy = (meanRate(recorder) * CPU_SHARE * workers) / generatorCores;
  const held = roomy > 0 ? ` Up to ${rate(roomy)} in the mean would have left it room.` : '';
  return [
    {
      code: 'generator-busy',
      text: `The generator used ${generatorCores.toFixed(2)} cores with ${workers} worker${workers === 1 ? '' : 's'}: it was the bottleneck, not the server.${held} Use more --workers or a lower rate.`,
      fatal: true,
    },
  ];
}

/**
 * The plan was beyond the limit that had been measured. Whether that spoilt the run the run itself shows:
 * the other warnings are fatal where it did.
 */
function beyondLimit({ workers, beyond }: Evidence): Warning[] {
  if (!beyond) return [];
  return [
    {
      code: 'beyond-limit',
      text: `The plan asks for ${rate(beyond.planned)} in its busiest second; on this machine the generator was measured to hold ${rate(beyond.limit)} with ${workers} worker${workers === 1 ? '' : 's'}.`,
      fatal: false,
    },
  ];
}

function machineFaults({ faults, targetFaults = {}, steal }: Evidence): Warning[] {
  const warnings = [...faultWarnings(faults), ...targetFaultWarnings(targetFaults)];
  if (steal !== undefined && steal > STEAL_SHARE) {
    warnings.push({
      code: 'cpu-stolen',
      text: `The hypervisor took ${(steal * 100).toFixed(1)} % of the CPU time away: latencies are worse than the server's own.`,
      fatal: false,
    });
  }
  return warnings;
}

function ending({ interrupted, targetDied }: Evidence): Warning[] {
  const warnings: Warning[] = [];
  if (interrupted) {
    warnings.push({
      code: 'interrupted',
      text: 'The run was interrupted: it holds what was measured until then.',
      fatal: true,
    });
  }
  if (targetDied !== undefined) {
    warnings.push({
      code: 'target-died',
      text: `The target died in mid-run: ${targetDied}`,
      fatal: true,
    });
  }
  return warnings;
}

function strangeMail({ recorder }: Evidence): Warning[] {
  const copies = [...recorder.ledger.all()].filter(
    ({ arrived, recipients }) => arrived > recipients,
  ).length;
  if (copies === 0) return [];
  return [
    {
      code: 'duplicates',
      text: `${copies} legitimate messages arrived more than once.`,
      fatal: false,
    },
  ];
}
