// The schema of actors: a map per kind, told apart by `kind`.
import * as z from 'zod';
import { mix, type Nameless, sending } from './actor-fields.ts';
import { bot, callout, harvester, slowClient } from './attacker-schema.ts';
import { about, choice, isMap, oneForm, record, share, size } from './fields.ts';
import { rate } from './rate-schema.ts';
import { challengeResponse, listManager, vacation } from './responder-schema.ts';
import { type Actor, DEFAULT_DIALECTS, DIALECT_NAMES } from './scenario.ts';
import { suggest } from './suggest.ts';

const bouncer = record({
  kind: z.literal('bouncer'),
  rate,
  dialects: mix('dialect', DIALECT_NAMES).prefault(DEFAULT_DIALECTS),
  emptyData: about('Bounces that are empty', share).prefault('0%'),
  ...sending({ concurrency: 5000, patience: '30s' }),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));

const messageSize = size(512, 50 * 1024 ** 2, ' (at least 512B)').transform((bytes) => ({ bytes }));
const sizeWord = choice(['legit-2009']);
const legitSize = oneForm<'legit-2009' | { bytes: number }>([sizeWord, messageSize], (value) =>
  typeof value === 'string' && /^[a-z]/i.test(value) ? sizeWord : messageSize,
);

const legit = record({
  kind: z.literal('legit'),
  rate,
  size: about('How large the messages are', legitSize).prefault('legit-2009'),
  systems: mix('system', DIALECT_NAMES).prefault({
    postfix: 45,
    exim: 20,
    exchange: 20,
    gmail: 15,
  }),
  several: about('Messages to two, three or four people', share).prefault('8%'),
  lists: about('Messages to a list of ten', share).prefault('2%'),
  deadUsers: about('Addresses on those lists that no longer exist', share).prefault('10%'),
  bounces: about('Messages that are genuine bounces, with a null sender', share).prefault('2%'),
  ...sending({ concurrency: 1000, patience: '60s' }),
}).transform(({ patience, ...rest }): Nameless<Actor> => ({ ...rest, ...patience }));

const KINDS = {
  bouncer,
  vacation,
  'list-manager': listManager,
  'challenge-response': challengeResponse,
  callout,
  bot,
  harvester,
  'slow-client': slowClient,
  legit,
} satisfies Record<Actor['kind'], z.ZodType<Nameless<Actor>>>;
type KindName = keyof typeof KINDS;
const KIND_NAMES = Object.keys(KINDS) as KindName[];

const kindName = choice(KIND_NAMES);
/** Judges `kind` alone: which other keys belong there, nobody knows. */
const unknownKind = z.looseObject({ kind: kindName }).transform(() => z.NEVER);

/** A kind that is spelt wrong: told so, and all else judged by the kind that was meant. */
function misspelt(meant: KindName): z.ZodType<Nameless<Actor>> {
  return z.unknown().transform((value, ctx) => {
    const corrected = { ...(isMap(value) ? value : {}), kind: meant };
    for (const { error } of [unknownKind.safeParse(value), KINDS[meant].safeParse(corrected)]) {
      for (const issue of error?.issues ?? []) ctx.addIssue({ ...issue, path: [...issue.path] });
    }
    return z.NEVER;
  });
}

export const actor = oneForm<Nameless<Actor>>(Object.values(KINDS), (value) => {
  const stated = isMap(value) ? value['kind'] : undefined;
  const name = KIND_NAMES.find((candidate) => candidate === stated);
  if (name !== undefined) return KINDS[name];
  const guess = guessKind(stated);
  return guess === undefined ? unknownKind : misspelt(guess);
});

function guessKind(stated: unknown): KindName | undefined {
  const guess = typeof stated === 'string' ? suggest(stated, KIND_NAMES) : undefined;
  return KIND_NAMES.find((name) => name === guess);
}
