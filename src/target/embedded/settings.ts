// The embedded target's effective settings: the tuning with a default for every key that it leaves open.
import type { ClientChoice } from '../../scenario/scenario.ts';
import type { ContentFilter, RecipientTable, Tuning, VictimRule } from '../../tuning/tuning.ts';
import type { Refusal, Site } from '../target.ts';

export interface Settings {
  readonly workers: number;
  readonly acceptQueue: number;
  /** Infinity when switched off. */
  readonly errorLimit: number;
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

/** Postfix' defaults, where it has one: default_process_limit, smtpd_hard_error_limit, the last check. */
const DEFAULTS = {
  workers: 100,
  acceptQueue: 511,
  errorLimit: 20,
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

function switchedOn<T>(value: T | 'off' | undefined): T | undefined {
  return value === 'off' ? undefined : value;
}

/** `key = value` lines in a stable order; `table` says what the recipients are looked up in. */
export function describeSettings(settings: Settings, table: string): string[] {
  const { errorLimit, victimRule, greylist, contentFilter } = settings;
  return [
    `workers = ${settings.workers}`,
    `acceptQueue = ${settings.acceptQueue}`,
    `errorLimit = ${Number.isFinite(errorLimit) ? errorLimit : 'off'}`,
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

const POSTFIX_ONLY = [
  'botFilter',
  'clientLimits',
  'reverseLookup',
  'spf',
  'edge',
  'hosted',
] as const;

/** Why the embedded target cannot apply a setting. */
export function refusalsOf(tuning: Tuning): Refusal[] {
  const refusals: Refusal[] = [];
  if (tuning.stress === 'auto' || tuning.stress === 'on') {
    refusals.push({
      setting: 'stress',
      reason:
        'the embedded target has no stress mode; only Postfix changes its behaviour under load',
    });
  }
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
  const table = typeof tuning.recipients === 'object' ? tuning.recipients.table : undefined;
  if (table === 'hash' || table === 'lmdb' || table === 'sqlite') {
    refusals.push({
      setting: 'recipients',
      reason: `the embedded target reads no ${table} tables; use cdb, text, memory or ldap`,
    });
  }
  for (const setting of POSTFIX_ONLY) {
    const value = tuning[setting];
    if (value === undefined || value === 'off') continue;
    refusals.push({ setting, reason: 'not supported by the embedded target yet' });
  }
  return refusals;
}
