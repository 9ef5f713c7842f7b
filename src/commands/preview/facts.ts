// What belongs to a sample and stands on no line of its dialogue: who speaks from where, how often, and
// what it does when it is told to come back later.
import type { Quota, RetrySchedule } from '../../actors/actor.ts';
import { formatCount, formatLength, formatShort } from '../../report/format.ts';
import { END_STATES } from '../../smtp/stage.ts';
import type { Sample, Speaker } from './sample.ts';

export type Fact = readonly [name: string, value: string];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Gaps between attempts that are shown one by one. */
const GAPS = 5;

export function factsOf(speaker: Speaker, sample: Sample): Fact[] {
  const { sender, plan } = speaker;
  const { session, host, roundTripMs } = sample;
  const told = speaker.told === undefined ? '' : `, as ${speaker.told} tells`;
  const address = host.address === undefined ? '' : ` [${host.address}]${told}`;
  const quota = sender.quota?.(session);
  const most = sender.hostLimit(session);
  return [
    ['host', `${host.name}${address}`],
    ['at once', `${sessions(most)} of this host at most`],
    ...pathFacts(sample),
    ['pace', paceOf(sample, roundTripMs)],
    ['retries', describeRetries(sender.retrySchedule(session), plan.compress)],
    ...attemptFact(speaker, sample),
    ...(quota ? [['quota', describeQuota(quota, plan.compress)] as const] : []),
  ];
}

function sessions(count: number): string {
  return `${formatCount(count)} session${count === 1 ? '' : 's'}`;
}

function pathFacts({ steps }: Sample): Fact[] {
  const first = steps[0]?.script;
  const dead = first?.dead ?? 0;
  const count = first?.recipients.length ?? 0;
  return [
    ['from', first?.reversePath || '<>, the null reverse path'],
    ...(dead > 0 ? [['to', `${count} recipients, ${dead} of whom do not exist`] as const] : []),
    ...(first?.heedless ? [['heeds', 'no reply: goes on whatever the server says'] as const] : []),
  ];
}

function paceOf({ steps }: Sample, roundTripMs: number): string {
  const drip = steps[0]?.script.dripMs;
  const tookMs = steps.reduce((sum, { dialogue }) => sum + dialogue.tookMs, 0);
  const whole = `${span(tookMs)} in all if the server takes no time`;
  const thinks =
    roundTripMs > 0 ? `a round trip of ${span(roundTripMs)} before each flight` : 'no round trips';
  return drip === undefined
    ? `${thinks}; ${whole}`
    : `drips: a byte every ${span(drip)}; ${thinks}; ${whole}`;
}

/** The gaps in campaign time, then as this scenario's clock has them. */
export function describeRetries(schedule: RetrySchedule | undefined, compress: number): string {
  const times = timesOf(schedule);
  const last = times.at(-1);
  if (last === undefined) return 'none';
  const gaps = times.slice(0, GAPS).map((at, i) => at - (times[i - 1] ?? 0));
  const more = times.length > GAPS ? ', …' : '';
  const list = (factor: number): string => gaps.map((gap) => span(gap / factor)).join(', ') + more;
  const total = times.length === 1 ? 'once' : `${formatCount(times.length)} in ${span(last)}`;
  const here = compress === 1 ? '' : `; here, ${formatShort(compress)}× as fast, ${list(compress)}`;
  return `after a 4xx: ${list(1)} (${total})${here}`;
}

function timesOf(schedule: RetrySchedule | undefined): number[] {
  const times: number[] = [];
  for (let at = schedule?.(1); at !== undefined; at = schedule?.(times.length + 1)) times.push(at);
  return times;
}

/** Only of an attempt that was asked for. */
function attemptFact({ sender, plan }: Speaker, { session, steps }: Sample): Fact[] {
  const attempt = steps[0]?.attempt ?? 0;
  if (attempt === 0) return [];
  if (sender.goesOn?.(session, attempt - 1, 'accepted')) {
    return [['attempt', `${attempt + 1}: at once, if the one before was accepted`]];
  }
  if (sender.goesOn?.(session, attempt - 1, 'rejected')) {
    return [['attempt', `${attempt + 1}: at once, if the one before was rejected`]];
  }
  const atMs = sender.retrySchedule(session)?.(attempt);
  if (atMs === undefined) {
    return [['attempt', `${attempt + 1}: never made, this sender has given up by then`]];
  }
  const here = plan.compress === 1 ? '' : `, here ${span(atMs / plan.compress)}`;
  return [['attempt', `${attempt + 1}: ${span(atMs)} after the first${here}`]];
}

/** `1 session in 1d after accepted (2m 24s here), in 2h after rejected (12 s here)` */
function describeQuota(quota: Quota, compress: number): string {
  const period = (ms: number): string =>
    span(ms) + (compress === 1 ? '' : ` (here ${span(ms / compress)})`);
  const periods = END_STATES.map((state) => ({ state, ms: quota.periodMs(state) }));
  const [first] = periods;
  const words =
    first && periods.every(({ ms }) => ms === first.ms)
      ? [`${period(first.ms)}, whatever becomes of it`]
      : periods
          .filter(({ ms }) => ms > 0)
          .map(({ state, ms }) => `${period(ms)} after one that was ${state}`);
  return `${sessions(quota.limit)} in ${words.join(', in ')}`;
}

/** `400 ms`, `6m 40s`, `1d 6h`: two units at most. */
export function span(ms: number): string {
  if (ms < 59_950) return formatLength(ms / SECOND);
  for (const [large, small, units] of [
    [DAY, HOUR, 'dh'],
    [HOUR, MINUTE, 'hm'],
    [MINUTE, SECOND, 'ms'],
  ] as const) {
    const smalls = Math.round(ms / small);
    const each = large / small;
    if (smalls < each) continue;
    const rest = smalls % each;
    const [first = '', second = ''] = units;
    return `${Math.floor(smalls / each)}${first}${rest === 0 ? '' : `\u00a0${rest}${second}`}`;
  }
  return formatLength(ms / SECOND);
}
