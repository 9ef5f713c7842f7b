// What a gate found, ready for the formats that CI systems read.

export interface CiOutcome {
  /** E.g. `candidate: legit.lost == 0`. */
  readonly name: string;
  /** The phase, or `run`. */
  readonly phase: string;
  readonly state: 'met' | 'missed' | 'no-data' | 'inconclusive';
  /** What was measured, e.g. `3.2 s, borderline`. */
  readonly shown: string;
  /** Where the threshold stands; absent for one that a flag gave. */
  readonly file?: string;
  readonly line?: number;
}

export interface CiReport {
  readonly scenario: string;
  readonly outcomes: readonly CiOutcome[];
  /** Whether what could not be told fails the job. */
  readonly onInconclusive: 'warn' | 'fail';
  /** How often this job was tried: trying until it passes defeats the error rate. */
  readonly attempt: number | undefined;
  readonly seconds: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

export function sentenceOf({ name, state, shown }: CiOutcome): string {
  const verdict = {
    met: 'holds',
    missed: 'does not hold',
    'no-data': 'has no data',
    inconclusive: 'is inconclusive',
  }[state];
  return `${name} ${verdict}: ${shown}`;
}
