// The fields that several kinds of actors share: retries, mixes by weight, and how sessions are sent.
import * as z from 'zod';
import {
  about,
  checked,
  complain,
  isMap,
  number,
  oneForm,
  positiveDuration,
  record,
  scalar,
  whole,
} from './fields.ts';
import { type Actor, type RetryChoice, SCHEDULE_NAMES } from './scenario.ts';
import { suggest } from './suggest.ts';

/** An actor but for its name, which is its key in the map. */
export type Nameless<A> = A extends Actor ? Omit<A, 'name'> : never;

const RETRY_WORDS = ['native', 'none', ...SCHEDULE_NAMES] as const;
const retryWord = scalar(
  `native, none, a system's schedule (${SCHEDULE_NAMES.join(', ')}) or a list of gaps such as [5m, 10m, 20m]`,
  (value): RetryChoice | undefined => RETRY_WORDS.find((word) => word === value),
  { enum: RETRY_WORDS },
  { suggest: (v) => (typeof v === 'string' ? suggest(v, RETRY_WORDS) : undefined) },
);
const retryGaps = z
  .array(positiveDuration)
  .min(1)
  .max(1000)
  .transform((gapsMs): RetryChoice => ({ gapsMs }));
const retry = oneForm<RetryChoice>([retryWord, retryGaps], (value) =>
  Array.isArray(value) ? retryGaps : retryWord,
);

/** Milliseconds, for the banner and for every other reply. */
interface Patience {
  readonly patienceMs: number;
  readonly bannerPatienceMs?: number;
}
const plainPatience = positiveDuration.transform((patienceMs): Patience => ({ patienceMs }));
const patienceMap = record({
  banner: positiveDuration.prefault('30s'),
  command: positiveDuration.prefault('5m'),
}).transform(
  ({ banner, command }): Patience => ({ patienceMs: command, bannerPatienceMs: banner }),
);
const patience = oneForm<Patience>([plainPatience, patienceMap], (value) =>
  isMap(value) ? patienceMap : plainPatience,
);

interface SendingDefaults {
  readonly concurrency: number;
  readonly patience: string;
}

/** What every kind that sends mail has, as the file writes it. */
export function sending(defaults: SendingDefaults) {
  return {
    concurrency: about(
      'Sessions in flight at most; what does not fit is counted as unsent',
      whole(1, 200_000),
    ).prefault(defaults.concurrency),
    patience: about(
      'Hangs up when the server has not answered for so long, in real time',
      patience,
    ).prefault(defaults.patience),
    retry: about('What follows a temporary failure, in campaign time', retry).prefault('native'),
  };
}

const weight = number(0, 1e6, 'a weight: a number, 0 or more').exactOptional();

/** Weights by name. `noun`: what is named, in a complaint's words. */
export function mix<const Name extends string>(noun: string, names: readonly [Name, ...Name[]]) {
  const shape = Object.fromEntries(names.map((name) => [name, weight]));
  const weights = checked(record(shape as Record<Name, typeof weight>), (named, ctx, keys) => {
    const given = Object.values(named);
    if (given.length < keys.length || given.some((value) => value !== 0)) return;
    const what = given.length === 0 ? `no ${noun} is named` : 'the weights add up to 0';
    const expected = `a weight above 0, as in {${names[0]}: 40}`;
    complain(ctx, { kind: 'plain', what, expected });
  });
  return about(`Weights of the ${noun}s that the hosts are of`, weights);
}
