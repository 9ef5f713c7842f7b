// The counters of `blowback target`: what has been since the start, as people read it, and as machines do.
import type { EmbeddedServer } from '../../target/embedded/server.ts';
import type { StageFigures, TargetTotals } from '../../target/target.ts';

export interface Counters {
  readonly blowback: string;
  readonly address: string;
  /** Since it was ready. */
  readonly seconds: number;
  readonly sessions: number;
  readonly lostAfterConnect: number;
  readonly accepted: number;
  /** Negative replies to RCPT, by reply code. */
  readonly rcptRejects: Readonly<Record<string, number>>;
  readonly tooManyErrors: number;
  readonly workers: Occupied;
  readonly acceptQueue: Occupied;
  readonly overflows: number;
  readonly cpuS: number;
  readonly memoryBytes: number;
  readonly stages: readonly StageFigures[];
  readonly warnings: readonly string[];
}

interface Occupied {
  readonly now: number;
  /** The most since the start. */
  readonly peak: number;
}

export type Facts = Pick<Counters, 'blowback' | 'address' | 'seconds' | 'cpuS' | 'memoryBytes'>;
type Occupancy = ReturnType<EmbeddedServer['occupancy']>;

/** Peaks are forgotten by the server when they are looked at: here they are kept. */
export class Peaks {
  #busy = 0;
  #waiting = 0;

  note({ workersBusy = 0, acceptQueue = 0 }: Partial<Occupancy>): Occupancy {
    this.#busy = Math.max(this.#busy, workersBusy);
    this.#waiting = Math.max(this.#waiting, acceptQueue);
    return { workersBusy: this.#busy, acceptQueue: this.#waiting };
  }
}

export function countersOf(
  facts: Facts,
  totals: TargetTotals,
  now: Occupancy,
  peaks: Occupancy,
): Counters {
  const { last = {} } = totals;
  return {
    ...facts,
    sessions: totals.sessions ?? 0,
    lostAfterConnect: totals.lostAfterConnect ?? 0,
    accepted: totals.accepted ?? 0,
    rcptRejects: totals.rcptRejects ?? {},
    tooManyErrors: last.tooManyErrors ?? 0,
    workers: { now: now.workersBusy, peak: peaks.workersBusy },
    acceptQueue: { now: now.acceptQueue, peak: peaks.acceptQueue },
    overflows: last.listenOverflows ?? 0,
    stages: totals.stages ?? [],
    warnings: [...totals.warnings, ...faultLines(last.faults)],
  };
}

function faultLines(faults: Readonly<Record<string, number>> = {}): string[] {
  return Object.entries(faults).map(
    ([code, times]) => `${times} times the machine lacked something for a client: ${code}`,
  );
}

const LABEL = 12;

export function renderCounters(counters: Counters): string {
  const { workers, acceptQueue, rcptRejects, stages, warnings } = counters;
  const rejects = Object.entries(rcptRejects).map(([code, times]) => `${times} with ${code}`);
  const row = (name: string, text: string): string => `  ${name.padEnd(LABEL)}${text}`;
  return [
    `after ${counters.seconds.toFixed(1)} s:`,
    row('sessions', `${counters.sessions}, ${counters.lostAfterConnect} of them silent`),
    row('accepted', `${counters.accepted} messages`),
    row('rejected', rejects.length > 0 ? `${rejects.join(', ')} (recipients)` : 'no recipient'),
    row('too many', `errors in ${counters.tooManyErrors} sessions`),
    row('workers', `${workers.now} busy, ${workers.peak} at most`),
    row(
      'waiting',
      `${acceptQueue.now}, ${acceptQueue.peak} at most; ${counters.overflows} refused`,
    ),
    row(
      'CPU',
      `${counters.cpuS.toFixed(2)} s, ${Math.round(counters.memoryBytes / 1e6)} MB of memory`,
    ),
    ...renderStages(stages),
    ...warnings.map((warning) => `  ! ${warning}`),
  ].join('\n');
}

function renderStages(stages: readonly StageFigures[]): string[] {
  const rows = stages.map(({ stage, asked, refused, deferred, busyS, waitedS }) => [
    stage,
    ...[asked, refused, deferred].map(String),
    ...[busyS, waitedS].map((seconds) => seconds.toFixed(3)),
  ]);
  const table = [['stage', 'asked', '5xx', '4xx', 'busy s', 'waited s'], ...rows];
  const widths =
    table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0))) ?? [];
  return table.map((row) => {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    return `  ${cells.join('  ')}`;
  });
}
