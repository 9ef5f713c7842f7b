// The precise type of a parsed scenario: every value checked, every unit resolved. Made by parse.ts
// from YAML; everything after the scenario folder reads only this.
import type { Tuning } from '../tuning/tuning.ts';
import type { Place } from './tree.ts';

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** What a run of this scenario tests, in one sentence. */
  readonly predicts?: string;
  /** What must come out for the prediction to be confirmed. */
  readonly expects: readonly Gate[];
  readonly seed: number;
  /** Campaign seconds per real second: retries, greylists and caches run this much faster. */
  readonly compress: number;
  readonly phases: PhaseLengths;
  readonly world: World;
  readonly actors: readonly Actor[];
  readonly target: TargetChoice;
  /** The first is the baseline. Never empty. */
  readonly variants: readonly Variant[];
  /** What surviving means; makes the headline. */
  readonly goal: readonly Gate[];
  /** What must hold for exit code 0. */
  readonly thresholds: readonly Gate[];
  readonly repeat: number;
}

/** Real milliseconds. `drainMs`: how long sessions in flight may take after recovery's end. */
export interface PhaseLengths {
  readonly warmupMs: number;
  readonly calmMs: number;
  readonly stormMs: number;
  readonly recoveryMs: number;
  readonly drainMs: number;
}

export interface World {
  readonly domain: string;
  readonly victim: string;
  readonly victimExists: boolean;
  /** How many valid mailboxes the target's domain has. */
  readonly mailboxes: number;
  /** How many distinct client addresses the attackers have. */
  readonly sources: number;
  /** Log-normal think time before each command; undefined when switched off. */
  readonly roundTrip?: { readonly medianMs: number; readonly p99Ms: number };
  /** What ails the simulated internet's name server; undefined: as DEFAULT_DNS. */
  readonly dns?: WorldDns;
}

/** Of the name server that a target in the laboratory asks. */
export interface WorldDns {
  /** Of each answer. Real milliseconds. */
  readonly delayMs: number;
  /** Shares of the names: answered by SERVFAIL, and not at all. */
  readonly servfail: number;
  readonly silence: number;
  /** Share of the bots' sessions that come from an address on the block lists. */
  readonly dnsbl: number;
}

/** The share of the listed is an assumption. */
export const DEFAULT_DNS: WorldDns = { delayMs: 0, servfail: 0, silence: 0, dnsbl: 0.8 };

export type Actor =
  | BouncerActor
  | RespondingActor
  | CalloutActor
  | BotActor
  | HarvesterActor
  | SlowClientActor
  | LegitActor;
/** Those that answer mail by themselves (see actors/responders/). */
export type RespondingActor = VacationActor | ListManagerActor | ChallengeResponseActor;
export type ActorKindName = Actor['kind'];

interface ActorBase {
  readonly name: string;
  readonly rate: Rate;
  /** Sessions in flight at most; what does not fit is counted as unsent. */
  readonly concurrency: number;
  /** Hangs up when the server has not answered for so long. */
  readonly patienceMs: number;
  /** The same for connection and banner, where it differs. */
  readonly bannerPatienceMs?: number;
  readonly retry: RetryChoice;
}

export interface BouncerActor extends ActorBase {
  readonly kind: 'bouncer';
  /** Shares, which need not add up to 1. Never empty. */
  readonly dialects: Readonly<Partial<Record<DialectName, number>>>;
  /**
   * Share of the bounces that are empty: DATA, then at once the final dot. That broken systems send
   * such is an assumption.
   */
  readonly emptyData: number;
}

/** Systems that ask, before they take a message, whether its sender exists. */
export const CALLOUT_SYSTEMS = ['exim', 'postfix'] as const;
export type CalloutSystem = (typeof CALLOUT_SYSTEMS)[number];

export interface CalloutActor extends ActorBase {
  readonly kind: 'callout';
  /** Shares, which need not add up to 1. Never empty. */
  readonly systems: Readonly<Partial<Record<CalloutSystem, number>>>;
  /** Shares of the Exim hosts that ask for a random address first, and for the postmaster last. */
  readonly random: number;
  readonly postmaster: number;
  /** `native`: an answer is remembered as long as the system does by default. */
  readonly cache: 'native' | 'off';
}

/** Shares of the hosts that behave so. */
export interface BotActor extends ActorBase {
  readonly kind: 'bot';
  /** Talks before the banner. */
  readonly pregreet: number;
  /** Says QUIT. */
  readonly quit: number;
  /** Sends its commands in one write, unasked. */
  readonly pipelining: number;
  /** Goes on whatever the server replies. */
  readonly heedless: number;
  /** Greets with a name that is not its own. */
  readonly wrongHelo: number;
  /** Begins with a request of HTTP or with header lines. */
  readonly garbage: number;
  /** Share of the messages, not of the hosts, whose recipient exists. */
  readonly known: number;
}

export interface HarvesterActor extends ActorBase {
  readonly kind: 'harvester';
  /** Addresses tried in each session. */
  readonly recipients: number;
  /** Share of them that exist. */
  readonly known: number;
}

export interface SlowClientActor extends ActorBase {
  readonly kind: 'slow-client';
  /** Real milliseconds from one byte to the next. */
  readonly everyMs: number;
}

export interface LegitActor extends ActorBase {
  readonly kind: 'legit';
  readonly size: 'legit-2009' | { readonly bytes: number };
  /** What mail servers the correspondents run: shares, which need not add up to 1. Never empty. */
  readonly systems: Readonly<Partial<Record<DialectName, number>>>;
  /** Share of the messages that go to two, three or four people. */
  readonly several: number;
  /** Share of the messages that go to a list of ten. */
  readonly lists: number;
  /** Share of the addresses on those lists that no longer exist. */
  readonly deadUsers: number;
  /** Share of the messages that are genuine bounces, with a null reverse path. */
  readonly bounces: number;
}

/** Shares of the systems, which need not add up to 1. Never empty. */
type Shares<Name extends string> = Readonly<Partial<Record<Name, number>>>;

interface VacationActor extends ActorBase {
  readonly kind: 'vacation';
  readonly systems: Shares<VacationSystem>;
}

interface ListManagerActor extends ActorBase {
  readonly kind: 'list-manager';
  readonly systems: Shares<ListSystem>;
}

interface ChallengeResponseActor extends ActorBase {
  readonly kind: 'challenge-response';
  readonly systems: Shares<ChallengeSystem>;
}

export const VACATION_SYSTEMS = ['sieve', 'vacation', 'exchange', 'exchange-2003'] as const;
type VacationSystem = (typeof VACATION_SYSTEMS)[number];
export const LIST_SYSTEMS = ['mailman', 'majordomo', 'ezmlm'] as const;
type ListSystem = (typeof LIST_SYSTEMS)[number];
export const CHALLENGE_SYSTEMS = ['tmda', 'html'] as const;
type ChallengeSystem = (typeof CHALLENGE_SYSTEMS)[number];
export type ResponderName = VacationSystem | ListSystem | ChallengeSystem;

/** New ones at the end: a dialect's place is part of what its random numbers come from. */
export const DIALECT_NAMES = [
  'postfix',
  'exim',
  'qmail',
  'exchange',
  'exim-2008',
  'sendmail',
  'exchange-2003',
  'gmail-2008',
  'gmail',
  'yahoo',
  'domino',
  'filter-notice',
  'virus-notice',
  'delay-warning',
] as const;
export type DialectName = (typeof DIALECT_NAMES)[number];
/** The weights of a bouncer that names none. */
export const DEFAULT_DIALECTS = { postfix: 40, exim: 20, qmail: 10, exchange: 30 } as const;

/** Systems whose retry schedule is known, for senders of any kind (see actors/retry-schedule.ts). */
export const SCHEDULE_NAMES = [
  'postfix',
  'exim',
  'qmail',
  'sendmail',
  'exchange',
  'gmail',
  'yahoo',
  'hotmail',
] as const;
export type ScheduleName = (typeof SCHEDULE_NAMES)[number];

/** `native`: the sender's own schedule. A list: the gaps in campaign milliseconds. */
export type RetryChoice = 'native' | 'none' | ScheduleName | { readonly gapsMs: readonly number[] };

/** Sessions per real second over the actor's active time (see plan/pacer.ts for the curves). */
export type Rate =
  | { readonly shape: 'constant'; readonly perSecond: number }
  | { readonly shape: 'ramp'; readonly from: number; readonly to: number; readonly overMs: number }
  | {
      readonly shape: 'burst';
      readonly base: number;
      readonly peak: number;
      readonly everyMs: number;
      readonly forMs: number;
    }
  | { readonly shape: 'decay'; readonly from: number; readonly halfLifeMs: number }
  | { readonly shape: 'poisson'; readonly perSecond: number }
  | { readonly shape: 'trace'; readonly atMs: readonly number[] };

export type TargetKind = 'embedded' | 'postfix' | 'external';
/** How the target learns a client's address: from the connection, or told by us, whom it must trust. */
export const CLIENT_CHOICES = ['address', 'xclient', 'proxy-v1', 'proxy-v2'] as const;
export type ClientChoice = (typeof CLIENT_CHOICES)[number];

export interface TargetChoice {
  readonly kind: TargetKind;
  /** Only for `external`. */
  readonly address?: { readonly host: string; readonly port: number };
  readonly client: ClientChoice;
  readonly tuning: Tuning;
}

export interface Variant {
  readonly name: string;
  /** What the scenario's author wrote: the keys that this variant changes. */
  readonly changes: Tuning;
  /** The target's tuning with the changes laid over it, key by key. */
  readonly tuning: Tuning;
}

export const PHASES = ['warmup', 'calm', 'storm', 'recovery'] as const;
export type Phase = (typeof PHASES)[number];

/** `metric op limit [in phase,…] [for variant]`; the limit in the metric's base unit, or `1.1x baseline`. */
export interface Gate {
  readonly text: string;
  readonly metric: string;
  readonly op: '<' | '<=' | '>' | '>=' | '==' | '!=';
  /** Seconds, bytes, shares of 1, or counts; of a gate with `ratioTo` a factor. */
  readonly limit: number;
  /** The variant of which `limit` is a multiple. */
  readonly ratioTo?: string;
  readonly phases: readonly Phase[];
  readonly variant?: string;
  /** Where it stands; unknown of one that was read from a result. */
  readonly at?: Place;
}
