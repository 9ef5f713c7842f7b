// The versioned record of a run: what `result.json` and `--json` hold. Public: CI jobs parse it.
// Everything after the measurement (verdict, report) reads only this.
import type { Phase, PhaseLengths } from '../scenario/scenario.ts';
import type { EndState, Stage } from '../smtp/stage.ts';

export const RESULT_FORMAT = 1;

export interface Result {
  /** The version of blowback that measured. */
  readonly blowback: string;
  readonly format: typeof RESULT_FORMAT;
  /** The scenario's name. */
  readonly scenario: string;
  readonly summary: string;
  readonly predicts?: string;
  /** What must hold for the prediction to be confirmed; absent in results of earlier versions. */
  readonly expects?: readonly string[];
  readonly seed: number;
  /** `sha256:…` over every planned session. */
  readonly planDigest: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Absent while a run is still going, or when it was cut off. */
  readonly finishedAt?: string;
  /** The command line that makes this result again. */
  readonly command: string;
  readonly compress: number;
  readonly phases: PhaseLengths;
  readonly goal: readonly string[];
  readonly thresholds: readonly string[];
  readonly machine: Machine;
  /** Threads of the generator; absent in results of earlier versions. */
  readonly workers?: number;
  readonly target: TargetFacts;
  /** In the scenario's order; the first is the baseline. */
  readonly variants: readonly VariantFacts[];
  readonly actors: readonly ActorFacts[];
  readonly runs: readonly Run[];
  /** Comparisons with intervals: empty in a plain run. */
  readonly verdicts: readonly VerdictRecord[];
  readonly comparison?: ComparisonFacts;
  readonly capacity?: CapacityFacts;
  /** Only of a setting that was compared with itself. */
  readonly self?: readonly SelfComparison[];
}

export interface Machine {
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
}

interface TargetFacts {
  readonly kind: string;
  readonly version: string;
  readonly address: string;
}

export interface VariantFacts {
  readonly name: string;
  /** What the variant changes, `key: value` in the scenario's own words; empty for the baseline. */
  readonly changes: readonly string[];
  /** The target's effective configuration, `key = value`. Empty where the target is not ours. */
  readonly configuration: readonly string[];
}

export interface ActorFacts {
  readonly name: string;
  readonly kind: string;
  /** E.g. `ramp 0/s to 300/s over 2 s`. */
  readonly rate: string;
  readonly planned: number;
}

/** One variant played once. */
export interface Run {
  readonly variant: string;
  readonly repeat: number;
  /** False when the measurement cannot be trusted; the warnings say why. */
  readonly valid: boolean;
  readonly warnings: readonly Warning[];
  readonly metrics: readonly Metric[];
  /** Metrics that this target or platform cannot give, with the reason. */
  readonly unavailable: readonly { readonly metric: string; readonly reason: string }[];
  /**
   * HdrHistogram V2, compressed, base64; values in µs. Keys: a latency's name (`legit.latency`,
   * `attack.verdict`, `banner.latency`, `stage.rcpt.latency`, `actor.<name>.verdict`) for the whole
   * run without its warm-up, or `<name> in <phase>` for one phase.
   */
  readonly histograms: Readonly<Record<string, string>>;
  /** One entry per second of the run, from its start. */
  readonly timeline: readonly Second[];
  /** One row per actor × phase × stage × end state that occurred. */
  readonly outcomes: readonly OutcomeRow[];
  /** The same facts as both sides counted them; empty where the target keeps no account of its own. */
  readonly books: readonly Comparison[];
  /** A few of the messages that the target sent to others than its own domain; absent for none. */
  readonly emitted?: readonly EmittedSample[];
  /** Negative replies in the target's own log by their reason; absent where it keeps none. */
  readonly causes?: Readonly<Record<string, number>>;
  /** What each stage of the target was asked and what that took, in their order; absent where it has no account. */
  readonly stages?: readonly StageCost[];
  /** How figures were come by that could be come by in several ways, by metric. */
  readonly methods?: Readonly<Record<string, string>>;
  /** Every legitimate message; long runs are cut at 100,000 and say so in a warning. */
  readonly ledger: readonly LedgerRow[];
}

/** One stage of a target, all askings of the whole run together. */
interface StageCost {
  /** E.g. `recipient`. */
  readonly stage: string;
  readonly asked: number;
  /** Answered with 5xx, and with 4xx. */
  readonly refused: number;
  readonly deferred: number;
  /** Seconds of the target's own work, and of waiting for somebody else. */
  readonly busyS: number;
  readonly waitedS: number;
}

export interface Warning {
  /** Stable, for machines: e.g. `generator-late`, `unsent`, `few-samples`, `log-disagrees`. */
  readonly code: string;
  /** A sentence with its figures. */
  readonly text: string;
  /** True when it makes the run invalid. */
  readonly fatal: boolean;
}

/** `run`: calm, storm and recovery together; the warm-up counts nowhere. */
export type MetricPhase = Phase | 'run';

export interface Metric {
  readonly phase: MetricPhase;
  readonly actor?: string;
  readonly metric: string;
  /** Seconds, bytes, shares of 1, counts, as `unit` says. */
  readonly value: number;
  readonly unit: 's' | 'B' | 'share' | 'count' | '/s' | 'ms' | 'ratio' | 'J';
  /** How many samples the value rests on. */
  readonly n?: number;
  /** True when mail that never arrived lies within the quantile: the value is "at least". */
  readonly censored?: boolean;
}

export interface Second {
  /** Seconds since the run's start. */
  readonly t: number;
  readonly phase: Phase;
  /** Of the mail that was due in this second. Delays in seconds; absent when none was delivered. */
  readonly legit: {
    readonly due: number;
    readonly delivered: number;
    readonly undelivered: number;
    readonly fastest?: number;
    readonly slowest?: number;
  };
  /** Sessions that ended in this second, by end state. */
  readonly attack: {
    readonly started: number;
    readonly rejected: number;
    readonly accepted: number;
    readonly deferred: number;
    readonly refused: number;
    readonly timedOut: number;
    readonly dropped: number;
  };
  readonly inFlight: number;
  /** Largest send lag in this second, in seconds. */
  readonly lagMax: number;
  readonly target: {
    /** CPU seconds used in this second: 1 is one core. */
    readonly cpu?: number;
    readonly memoryBytes?: number;
    readonly workersBusy?: number;
    readonly workersIdle?: number;
    readonly acceptQueue?: number;
    readonly queue?: number;
    readonly queueDeferred?: number;
    readonly queueOldestS?: number;
    /** 1 while the target worked in stress mode, else 0. */
    readonly stress?: number;
  };
}

export interface OutcomeRow {
  readonly actor: string;
  readonly phase: Phase;
  /** Where it was decided. */
  readonly stage: Stage;
  readonly state: EndState;
  readonly sessions: number;
  /**
   * The replies that decided, by code and enhanced status code: `{"550 5.1.1": 120}`. At most 100
   * different ones; `other` counts what a server that makes them up gave beyond those.
   */
  readonly replies: Readonly<Record<string, number>>;
}

export interface Comparison {
  /** E.g. `recipients refused with 550`. */
  readonly what: string;
  /** As the senders saw it. */
  readonly ours: number;
  /** As the target's own log or counters have it. */
  readonly theirs: number;
}

/** What it says is a stranger's text, cut short and without control characters. */
export interface EmittedSample {
  /** Seconds since the run's start. */
  readonly t: number;
  /** bounce: to a forged sender. other: any other mail of the target's own. */
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly lines: readonly string[];
}

export interface LedgerRow {
  readonly id: string;
  readonly phase: Phase;
  /** Seconds since the run's start. */
  readonly dueAt: number;
  /**
   * delivered: seen at the sink (or, without a sink, 250 after the final dot). rejected: a 5xx.
   * lost: accepted by the target and never seen at the sink, or given up. late: still on its way
   * when the run ended. unsent: the generator never tried.
   */
  readonly state: 'delivered' | 'rejected' | 'lost' | 'late' | 'unsent';
  readonly attempts: number;
  /** Where there are several: all, and those of them who do not exist. */
  readonly recipients?: number;
  readonly dead?: number;
  /** A genuine bounce: its reverse path is null. */
  readonly bounce?: true;
  readonly deliveredAt?: number;
  /** Final reply or error of the last attempt, e.g. `450`, `timedOut at banner`. */
  readonly last?: string;
  /**
   * What the target's own log says became of mail that it took and that did not arrive: a bounce to the
   * sender, or another attempt to come.
   */
  readonly fate?: 'bounced' | 'deferred';
  /** The target's name for it, where it took it and it did not arrive. */
  readonly queueId?: string;
}

/** One variant against another in one metric. */
export interface VerdictRecord {
  readonly metric: string;
  readonly phase: MetricPhase;
  readonly variant: string;
  readonly baseline: string;
  readonly verdict: 'better' | 'worse' | 'equivalent' | 'inconclusive';
  /** Variant / baseline, in the mean of the pairs' logarithms; absent where there was no pair. */
  readonly ratio?: number;
  /** Its bounds: each is missed with a probability of at most `level`. Without `high` there is no upper one. */
  readonly low?: number;
  readonly high?: number;
  readonly level?: number;
  /** The smallest change that matters: 0.25 is 25 %. */
  readonly margin: number;
  /** Pairs of runs that it rests on. */
  readonly pairs: number;
  readonly method?: 'paired-t' | 'hodges-lehmann';
  /** The ratio is one of odds: the metric is a share. */
  readonly scale?: 'odds';
  /** The ratio that so many pairs, scattered so, would have shown four times in five. */
  readonly smallest?: number;
  /** Pairs in which one value is "at least". */
  readonly censored?: number;
  /** Why it is inconclusive, where that is not the interval's doing. */
  readonly reason?: string;
}

/** What the runs of a setting against itself say of the machine, in one metric. */
export interface SelfComparison {
  readonly metric: string;
  readonly phase: MetricPhase;
  readonly pairs: number;
  /** Standard deviation of the logarithm from one run to the next: 0.05 is about 5 %. */
  readonly scatter: number;
  readonly margin: number;
  /** Share of all ways to name the two sides of each pair in which one would have been called worse. */
  readonly falseAlarms: number;
  readonly ways: number;
  /** The change that 5, 10 and 15 pairs would find four times in five: 0.25 is a quarter more. */
  readonly smallest: readonly number[];
}

/** How big a storm each variant survives; absent where nobody asked. */
export interface CapacityFacts {
  /** Whose rate was raised: an actor's name, or `all attackers`. */
  readonly of: string;
  readonly variants: readonly VariantCapacity[];
}

/** All rates are the storm's highest, in attack sessions a second that are due. */
export interface VariantCapacity {
  readonly variant: string;
  /** The largest at which the goal held every time, twice at least; absent where none did. */
  readonly held?: number;
  /** The smallest above it at which it held no time, twice at least; absent where none was found. */
  readonly broke?: number;
  /** The smallest that the generator itself could not hold. */
  readonly invalid?: number;
  /** Why the search ended: nothing was left to find out, or no time. */
  readonly ended: 'found' | 'out-of-time' | 'interrupted';
  /** In the order in which they were played. */
  readonly storms: readonly Storm[];
}

export interface Storm {
  readonly rate: number;
  readonly outcome: 'held' | 'broke' | 'invalid';
  /** Real mail of the storm that was due, and that arrived while the run lasted; a second. */
  readonly due: number;
  readonly delivered: number;
  /** Of that mail's delay, in seconds, at `quantile`: the highest that ten messages lie beyond. Absent for too few. */
  readonly wait?: number;
  readonly quantile?: string;
  /** The quantile holds mail that never arrived. */
  readonly censored?: boolean;
  /** What of the goal did not hold, or why it cannot be told. */
  readonly reason?: string;
}

/** How a comparison was played; absent in a plain run. */
export interface ComparisonFacts {
  /** Pairs that were to be looked at, e.g. 5, 10 and 15. */
  readonly looks: readonly number[];
  /** Runs that were played first and dropped. */
  readonly warmUps: number;
  /** The order of the variants in each round, as it was played. */
  readonly order: readonly (readonly string[])[];
  readonly ended: 'decided' | 'all-played' | 'out-of-time' | 'interrupted';
}
