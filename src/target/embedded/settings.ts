// The embedded target's effective settings: the tuning with a default for every key that it leaves open.
import type { ClientChoice } from '../../scenario/scenario.ts';
import type {
  BotFilter,
  ClientLimits,
  ContentFilter,
  RecipientTable,
  Tuning,
  VictimRule,
} from '../../tuning/tuning.ts';
import { tableRefusal } from '../../world/recipients.ts';
import type { Refusal, Site } from '../target.ts';

export interface Settings {
  readonly workers: number;
  readonly acceptQueue: number;
  /** Infinity when switched off. */
  readonly errorLimit: number;
  /** Whether the tuning names the limit: it then holds under stress as well. */
  readonly errorLimitIsSet: boolean;
  readonly stress: NonNullable<Tuning['stress']>;
  readonly botFilter: BotFilter | undefined;
  readonly clientLimits: ClientLimits | undefined;
  readonly reverseLookup: boolean;
  readonly spf: boolean;
  readonly victimRule: VictimRule | undefined;
  readonly senderRule: NonNullable<Tuning['senderRule']>;
  readonly recipients: RecipientTable | 'catch-all';
  readonly checkOrder: 'recipient-first' | 'recipient-last';
  /** Real milliseconds: campaign time divided by `clock.compress`. */
  readonly greylist: { readonly delayMs: number; readonly windowMs: number } | undefined;
  readonly contentFilter: ContentFilter | undefined;
  readonly tls: boolean;
  readonly client: ClientChoice;
}

/**
 * Postfix' defaults, where it has one: default_process_limit, smtpd_hard_error_limit, the last check. Without
 * stress and reverse look-ups, which Postfix has by default: what a tuning changes here is one thing.
 */
const DEFAULTS = {
  workers: 100,
  acceptQueue: 511,
  errorLimit: 20,
  stress: 'off',
  checkOrder: 'recipient-last',
} as const;

export function settingsOf({
  tuning,
  compress,
  client,
}: Pick<Site, 'tuning' | 'compress' | 'client'>): Settings {
  const greylist = switchedOn(tuning.greylist);
  const errorLimit = tuning.errorLimit ?? DEFAULTS.errorLimit;
  return {
    workers: tuning.workers ?? DEFAULTS.workers,
    acceptQueue: tuning.acceptQueue ?? DEFAULTS.acceptQueue,
    errorLimit: errorLimit === 'off' ? Number.POSITIVE_INFINITY : errorLimit,
    errorLimitIsSet: tuning.errorLimit !== undefined,
    stress: tuning.stress ?? DEFAULTS.stress,
    botFilter: switchedOn(tuning.botFilter),
    clientLimits: switchedOn(tuning.clientLimits),
    reverseLookup: tuning.reverseLookup === 'on',
    spf: tuning.spf === 'on',
    victimRule: switchedOn(tuning.victimRule),
    senderRule: tuning.senderRule ?? 'off',
    recipients: tuning.recipients ?? { table: 'memory' },
    checkOrder: tuning.checkOrder ?? DEFAULTS.checkOrder,
    greylist: greylist && {
      delayMs: greylist.delayMs / compress,
      windowMs: greylist.windowMs / compress,
    },
    contentFilter: switchedOn(tuning.contentFilter),
    tls: tuning.tls === 'may',
    client,
  };
}

/** The client's address stands in a header before the dialogue. */
export function isProxied(client: ClientChoice): boolean {
  return client === 'proxy-v1' || client === 'proxy-v2';
}

/** Whether it asks for names at all. */
export function asksNames({ botFilter, reverseLookup, spf }: Settings): boolean {
  return reverseLookup || spf || botFilter?.dnsbl === true;
}

function switchedOn<T>(value: T | 'off' | undefined): T | undefined {
  return value === 'off' ? undefined : value;
}

/**
 * `key = value` lines in a stable order; `table` says what the recipients are looked up in, `stages` what a
 * session meets, in order.
 */
export function describeSettings(
  settings: Settings,
  table: string,
  stages: readonly string[],
): string[] {
  const { errorLimit, victimRule, greylist, contentFilter, botFilter, clientLimits } = settings;
  return [
    `stages = ${stages.join(', ')}`,
    `workers = ${settings.workers}`,
    `acceptQueue = ${settings.acceptQueue}`,
    `errorLimit = ${Number.isFinite(errorLimit) ? errorLimit : 'off'}`,
    `stress = ${settings.stress}`,
    `botFilter = ${botFilter ? describeFilter(botFilter) : 'off'}`,
    `clientLimits = ${clientLimits ? describeLimits(clientLimits) : 'off'}`,
    `reverseLookup = ${onOff(settings.reverseLookup)}`,
    `spf = ${onOff(settings.spf)}`,
    `victimRule = ${victimRule ? `${victimRule.reply} ${victimRule.text}` : 'off'}`,
    `senderRule = ${settings.senderRule}`,
    `recipients = ${table}`,
    `checkOrder = ${settings.checkOrder}`,
    `greylist = ${
      greylist
        ? `delay ${greylist.delayMs} ms, window ${greylist.windowMs} ms (real time), at once`
        : 'off'
    }`,
    `contentFilter = ${
      contentFilter
        ? `${contentFilter.cpuMs} ms of CPU, ${contentFilter.waitMs} ms of waiting`
        : 'off'
    }`,
    `tls = ${settings.tls ? 'may' : 'off'}`,
    `client = ${settings.client}`,
  ];
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}

function describeFilter({ greetWaitMs, dnsbl, deep }: BotFilter): string {
  return [
    `greet wait ${greetWaitMs} ms`,
    dnsbl ? 'block list' : 'no block list',
    deep ? 'deep tests' : 'no deep tests',
  ].join(', ');
}

function describeLimits({ concurrent, perMinute }: ClientLimits): string {
  return `${concurrent ?? 'any number'} at once, ${perMinute ?? 'any number'} a minute`;
}

/** Why the embedded target cannot apply a setting. */
export function refusalsOf(tuning: Tuning): Refusal[] {
  const refusals: Refusal[] = [];
  if (tuning.postfix !== undefined) {
    refusals.push({
      setting: 'postfix',
      reason: 'the embedded target has no main.cf; raw settings need a real Postfix',
    });
  }
  if (tuning.config !== undefined) {
    refusals.push({
      setting: 'config',
      reason: 'the embedded target cannot run a Postfix configuration; add --target postfix',
    });
  }
  if (typeof tuning.recipients === 'object') {
    const reason = tableRefusal(tuning.recipients.table);
    if (reason !== undefined) refusals.push({ setting: 'recipients', reason });
  }
  const edge = switchedOn(tuning.edge);
  if (edge) {
    const ofEdge = refusalsOf(edge.tuning);
    refusals.push(...ofEdge.map(({ reason }) => ({ setting: 'edge' as const, reason })));
  }
  return refusals;
}
