// What every target offers: it translates a tuning, starts a mail server that is ours alone, can be
// sampled while it runs, and stops leaving nothing behind. Knows nothing of the load.
import type { TargetSample } from '../sample.ts';
import type { ClientChoice, TargetKind } from '../scenario/scenario.ts';
import type { Tuning } from '../tuning/tuning.ts';
import type { QuestionCounts } from '../world/names/counts.ts';
import type { ZoneFacts } from '../world/names/facts.ts';

export type { TargetSample };

export interface Target {
  readonly kind: TargetKind;
  /** Why this target cannot apply a setting, per setting; empty when it can apply them all. */
  refusals(tuning: Tuning): readonly Refusal[];
  /** Looks at what a tuning names. @throws UserError for what would keep the target from starting. */
  examine?(tuning: Tuning): void;
  /** As RunningTarget's traps, as far as they can be told without starting it. */
  foreseeTraps?(tuning: Tuning, client: ClientChoice): readonly string[];
  /** @throws UserError with exit code 3 when the environment lacks something. */
  start(site: Site): Promise<RunningTarget>;
}

export interface Refusal {
  readonly setting: keyof Tuning;
  readonly reason: string;
}

/** What a target is told about the world that it stands in. */
export interface Site {
  readonly tuning: Tuning;
  readonly domain: string;
  readonly victim: string;
  /** Every valid recipient of the domain; the victim is among them when it exists. */
  readonly recipients: readonly string[];
  /** Campaign seconds per real second, for greylists. */
  readonly compress: number;
  /** How the senders tell their addresses; the target trusts them to. */
  readonly client: ClientChoice;
  /** Where accepted mail is delivered, by SMTP. */
  readonly sink: { readonly host: string; readonly port: number };
  /** Where absent, the world around stands already: sink and name server. A target may prepare before. */
  readonly surroundings?: Promise<unknown>;
  /** What the simulated internet's names are made from, for a target that no name server of ours reaches. */
  readonly names?: ZoneFacts;
}

export interface RunningTarget {
  readonly address: { readonly host: string; readonly port: number };
  /** E.g. `embedded 0.1.0 (smtp-server 3.21.6)` or `Postfix 3.7.11`. */
  readonly version: string;
  /** The effective configuration, `key = value` lines in a stable order, for the report. */
  readonly configuration: readonly string[];
  /** What in its configuration would spoil a measurement, a sentence each; told before the load begins. */
  readonly traps?: readonly string[];
  /** Resolves with a sentence when the target dies before stop(); never rejects. */
  readonly died: Promise<string>;
  sample(): Promise<TargetSample>;
  /** Waits for the target to serve what is queued (at most a few seconds), ends it, removes all. */
  stop(): Promise<TargetTotals>;
}

/** The target's own account of the run, for holding the client's figures against it. */
export interface TargetTotals {
  /** Sessions that the target served (began a dialogue with). */
  readonly sessions?: number;
  /** Sessions that ended before the client said anything. */
  readonly lostAfterConnect?: number;
  /** Negative replies to RCPT, by reply code. */
  readonly rcptRejects?: Readonly<Record<string, number>>;
  /** Negative replies elsewhere, by the stage and code of its log: `CONNECT 421`, `MAIL 552`. */
  readonly stageRejects?: Readonly<Record<string, number>>;
  /** All negative replies of its log by their reason, in words. */
  readonly causes?: Readonly<Record<string, number>>;
  readonly accepted?: number;
  /** Reports of non-delivery that it made and got rid of. */
  readonly bounces?: number;
  /** Legitimate messages that it heard of, by ledger id; absent when it could not follow them all. */
  readonly messages?: ReadonlyMap<string, MessageAccount>;
  /** How figures were come by that could be come by in several ways, by metric. */
  readonly methods?: Readonly<Record<string, string>>;
  readonly logBytes?: number;
  /** Where its time went, in the order in which a session meets the stages. */
  readonly stages?: readonly StageFigures[];
  /** What it asked of the simulated internet's names, where no name server of ours counts it. */
  readonly questions?: QuestionCounts;
  readonly last?: TargetSample;
  /** Warnings from the target's log that change how a result reads. */
  readonly warnings: readonly string[];
}

/** One stage of a target: what was asked of it, and what that took. */
export interface StageFigures {
  /** E.g. `recipient`. */
  readonly stage: string;
  readonly asked: number;
  /** Answered with 5xx, and with 4xx. */
  readonly refused: number;
  readonly deferred: number;
  /** Seconds of work, and of waiting for somebody else, all askings together. */
  readonly busyS: number;
  readonly waitedS: number;
}

/** A legitimate message in the target's own log. Counts are of recipients, but for `accepted`. */
export interface MessageAccount {
  /** The first that it got: it may have been sent more than once. */
  readonly queueId: string;
  /** How often it came into the queue. */
  readonly accepted: number;
  readonly sent: number;
  readonly bounced: number;
  /** Still waiting for another attempt. */
  readonly deferred: number;
}
