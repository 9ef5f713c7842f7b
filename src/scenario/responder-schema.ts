// The schemas of those who answer mail by themselves.
import * as z from 'zod';
import { mix, type Nameless, sending } from './actor-fields.ts';
import { record } from './fields.ts';
import { rate } from './rate-schema.ts';
import { type Actor, CHALLENGE_SYSTEMS, LIST_SYSTEMS, VACATION_SYSTEMS } from './scenario.ts';

/** Those that answer by a machine wait as any mail server does, but are fewer than the bouncers. */
const ANSWERING = { concurrency: 1000, patience: '30s' } as const;

export const vacation = record({
  kind: z.literal('vacation'),
  rate,
  systems: mix('system', VACATION_SYSTEMS).prefault({
    sieve: 45,
    vacation: 15,
    exchange: 30,
    'exchange-2003': 10,
  }),
  ...sending(ANSWERING),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));

export const listManager = record({
  kind: z.literal('list-manager'),
  rate,
  systems: mix('system', LIST_SYSTEMS).prefault({ mailman: 70, majordomo: 15, ezmlm: 15 }),
  ...sending(ANSWERING),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));

export const challengeResponse = record({
  kind: z.literal('challenge-response'),
  rate,
  systems: mix('system', CHALLENGE_SYSTEMS).prefault({ tmda: 50, html: 50 }),
  ...sending(ANSWERING),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));
