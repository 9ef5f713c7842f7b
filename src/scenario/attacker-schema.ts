// The schemas of those who attack by other means than bounces and automatic answers.
import * as z from 'zod';
import { mix, type Nameless, sending } from './actor-fields.ts';
import { choice, positiveDuration, record, share, whole } from './fields.ts';
import { rate } from './rate-schema.ts';
import { type Actor, CALLOUT_SYSTEMS } from './scenario.ts';

export const callout = record({
  kind: z.literal('callout'),
  rate,
  systems: mix('system', CALLOUT_SYSTEMS).prefault({ exim: 50, postfix: 50 }),
  random: share.prefault('10%'),
  postmaster: share.prefault('5%'),
  cache: choice(['native', 'off']).prefault('native'),
  // Exim's callouts wait 30 s for each reply by default.
  ...sending({ concurrency: 2000, patience: '30s' }),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));

export const bot = record({
  kind: z.literal('bot'),
  rate,
  pregreet: share.prefault('60%'),
  quit: share.prefault('20%'),
  pipelining: share.prefault('30%'),
  heedless: share.prefault('50%'),
  wrongHelo: share.prefault('80%'),
  garbage: share.prefault('2%'),
  known: share.prefault('80%'),
  ...sending({ concurrency: 2000, patience: '20s' }),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));

export const harvester = record({
  kind: z.literal('harvester'),
  rate,
  recipients: whole(2, 1000).prefault(25),
  known: share.prefault('1%'),
  ...sending({ concurrency: 500, patience: '30s' }),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));

export const slowClient = record({
  kind: z.literal('slow-client'),
  rate,
  every: positiveDuration.prefault('5s'),
  ...sending({ concurrency: 1000, patience: '10m' }),
}).transform(
  ({ every, patience, ...rest }): Nameless<Actor> => ({ ...rest, everyMs: every, ...patience }),
);
