// The names of all metrics, as thresholds, JSON, CSV and the report use them, each with its unit and
// whether it is measured already. What a run gives is the recorder's business.

export type MetricUnit = 's' | 'ms' | 'B' | 'share' | 'count' | '/s' | 'ratio' | 'J';

export interface MetricInfo {
  readonly name: string;
  readonly unit: MetricUnit;
  /** False for a metric of the format that nothing measures yet. */
  readonly measured: boolean;
}

/** The stages of a session by the names that metrics use (smtp/stage.ts has the same). */
export const STAGE_NAMES = [
  'connect',
  'banner',
  'helo',
  'starttls',
  'mail',
  'rcpt',
  'data',
  'body',
  'quit',
] as const;

/** Questions to the laboratory's name server, by type; those to block lists apart, and how many met a fault. */
export const DNS_COUNTS = [
  'a',
  'aaaa',
  'mx',
  'txt',
  'ptr',
  'dnsbl',
  'other',
  'servfail',
  'silence',
] as const;

const QUANTILES = ['p50', 'p90', 'p95', 'p99', 'max'] as const;
const latency = (name: string) => QUANTILES.map((q) => `${name}.${q}`);

const LEGIT: Families = {
  count: [
    'planned',
    'sent',
    'unsent',
    'delivered',
    'lost',
    'late',
    'rejected',
    'host_waits',
    'tls',
    'tls_resumed',
    // Genuine bounces among them: mail with a null reverse path that somebody waits for.
    'bounces.sent',
    'bounces.delivered',
    'bounces.lost',
    'bounces.late',
    'bounces.rejected',
    // Of the lost: the target's own log says that it sent a bounce, or that it will try again.
    'bounced',
    'deferred',
  ],
  share: ['first_attempt_rate'],
  ratio: ['attempts.mean'],
  s: latency('latency'),
};
const ATTACK: Families = {
  count: [
    'planned',
    'sessions',
    'unsent',
    'rejected',
    'accepted',
    'deferred',
    'refused',
    'timed_out',
    'dropped',
    'garbled',
    'cut',
    // Sessions that had to wait for a place at their own host.
    'host_waits',
    // Sessions that their sender's own rule forbade: an autoresponder answers somebody once in 7 days.
    'withheld',
    // Sessions whose hosts honoured the SPF record of the victim's domain, and had nothing to answer.
    'averted',
    'recipients',
    'recipients_accepted',
    'tls',
    'tls_resumed',
    ...STAGE_NAMES.map((stage) => `stage.${stage}`),
    // Sessions whose client lost its patience, by the stage at which it left.
    ...STAGE_NAMES.map((stage) => `timed_out.${stage}`),
  ],
  share: ['reject_rate'],
  ratio: ['amplification'],
  B: ['bytes'],
  s: latency('verdict'),
};

/** Families of metrics by their prefix. */
const PREFIXES: Readonly<Record<string, Families>> = {
  'legit.': LEGIT,
  'attack.': ATTACK,
  'banner.': { s: latency('latency') },
  'stage.': { s: STAGE_NAMES.flatMap((stage) => latency(`${stage}.latency`)) },
  // Of the storm, and beyond what the calm takes: see result/reject-metrics.ts.
  'reject.': { ms: ['cpu_ms'], B: ['bytes', 'log_bytes'], J: ['joules'] },
  'target.': {
    s: ['cpu_s', 'queue_oldest_peak', 'stress_s', 'behind.cpu_s'],
    B: ['memory_peak', 'log_bytes', 'disk_bytes', 'behind.memory_peak', 'link_bytes'],
    count: [
      'workers_peak',
      'workers_running_peak',
      'accept_queue_peak',
      'listen_overflows',
      'queue_peak',
      'queue_incoming_peak',
      'queue_active_peak',
      'queue_deferred_peak',
      'log_lines',
      // Its own verdicts about clients: beyond anvil's limits, ended for their errors, postscreen's.
      'refused_concurrent',
      'refused_rate',
      'too_many_errors',
      'postscreen.pregreet',
      'postscreen.dnsbl',
      'postscreen.hangup',
      'postscreen.pass_new',
      'postscreen.pass_old',
      // What it sent of its own accord: bounces to forged senders and the recipients that they speak of,
      // bounces to the senders of legitimate mail, questions about addresses, anything else.
      'backscatter',
      'backscatter_recipients',
      'fair_bounces',
      'probes',
      'other_mail',
      // Where a second server stands in front: what the one behind had to do, and what never came to it.
      'behind.workers_peak',
      'behind.sessions',
      'behind.probes',
      'swallowed',
    ],
  },
  'dns.': { count: DNS_COUNTS },
  'generator.': {
    '/s': ['offered', 'achieved'],
    s: ['lag.p50', 'lag.p99'],
    // Of one core, as `top` counts: 100 % is one core busy, 250 % two and a half.
    share: ['cpu'],
    count: ['saturated'],
  },
  'recovery.': { s: ['seconds'] },
  'energy.': { J: ['marginal_j', 'idle_j', 'network_j'] },
};
type Families = Readonly<Partial<Record<MetricUnit, readonly string[]>>>;

/** Needs a reading of power: not there yet. */
const LATER = new Set(['reject.joules']);

function list(prefix: string, families: Families): MetricInfo[] {
  return Object.entries(families).flatMap(([unit, names]) =>
    names.map((name) => ({
      name: `${prefix}${name}`,
      unit: unit as MetricUnit,
      measured: !LATER.has(`${prefix}${name}`) && prefix !== 'energy.',
    })),
  );
}

/** All metrics of a scenario with these actors, by name. */
export function metricsOf(
  actors: readonly { readonly name: string; readonly kind?: unknown }[],
): ReadonlyMap<string, MetricInfo> {
  const common = Object.entries(PREFIXES).flatMap(([prefix, families]) => list(prefix, families));
  const perActor = actors.flatMap(({ name, kind }) =>
    list(`actor.${name}.`, kind === 'legit' ? LEGIT : ATTACK),
  );
  return new Map([...common, ...perActor].map((info) => [info.name, info]));
}

/** Whether a metric counts things, so that `==` and single cases make sense. */
export function isCount(metric: string): boolean {
  const [first = '', name = ''] = metric.split('.');
  const family = first === 'actor' ? metric.split('.').slice(2).join('.') : undefined;
  if (family !== undefined) return [LEGIT, ATTACK].some((f) => f.count?.includes(family));
  const rest = metric.slice(first.length + 1);
  return name !== '' && (PREFIXES[`${first}.`]?.count?.includes(rest) ?? false);
}

/** `legit.latency.p95` → 0.95; undefined for what is no quantile (a maximum included). */
export function quantileOf(metric: string): number | undefined {
  const digits = /\.p(\d{1,2})$/.exec(metric)?.[1];
  return digits === undefined ? undefined : Number(digits) / 100;
}
