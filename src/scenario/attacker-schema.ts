// The schemas of those who attack by other means than bounces and automatic answers.
import * as z from 'zod';
import { mix, type Nameless, sending } from './actor-fields.ts';
import { about, choice, positiveDuration, record, share, whole } from './fields.ts';
import { rate } from './rate-schema.ts';
import { type Actor, CALLOUT_SYSTEMS } from './scenario.ts';

export const callout = record({
  kind: z.literal('callout'),
  rate,
  systems: mix('system', CALLOUT_SYSTEMS).prefault({ exim: 50, postfix: 50 }),
  random: about('Exim hosts that ask for a random address first', share).prefault('10%'),
  postmaster: about('Exim hosts that ask for the postmaster last', share).prefault('5%'),
  cache: about('How long an answer is remembered', choice(['native', 'off'])).prefault('native'),
  // Exim's callouts wait 30 s for each reply by default.
  ...sending({ concurrency: 2000, patience: '30s' }),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));

export const bot = record({
  kind: z.literal('bot'),
  rate,
  pregreet: about('Hosts that greet before the banner', share).prefault('60%'),
  quit: about('Hosts that say QUIT', share).prefault('20%'),
  pipelining: about('Hosts that send their commands in one write, unasked', share).prefault('30%'),
  heedless: about('Hosts that go on whatever the server replies', share).prefault('50%'),
  wrongHelo: about('Hosts that greet with a name that is not theirs', share).prefault('80%'),
  garbage: about('Hosts that begin with a request of HTTP or with header lines', share).prefault(
    '2%',
  ),
  known: about('Messages to a mailbox that exists', share).prefault('80%'),
  ...sending({ concurrency: 2000, patience: '20s' }),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));

export const harvester = record({
  kind: z.literal('harvester'),
  rate,
  recipients: about('Addresses tried in each session', whole(2, 1000)).prefault(25),
  known: about('Addresses among them that exist', share).prefault('1%'),
  ...sending({ concurrency: 500, patience: '30s' }),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));

export const slowClient = record({
  kind: z.literal('slow-client'),
  rate,
  every: about('From one byte to the next, in real time', positiveDuration).prefault('5s'),
  ...sending({ concurrency: 1000, patience: '10m' }),
}).transform(
  ({ every, patience, ...rest }): Nameless<Actor> => ({ ...rest, everyMs: every, ...patience }),
);
