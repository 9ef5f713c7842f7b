import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/actors/dialects/registry.ts';
import { buildLegitPool } from '../../src/actors/legit-pool.ts';
import {
  ask,
  BOUNCE_PARSER,
  type Judge,
  MAILMAN,
  PYTHON_EMAIL,
  SISIMAI,
  SPAMASSASSIN,
} from '../../src/bench/fidelity/judges.ts';
import { judgeSender } from '../../src/bench/fidelity/measure.ts';
import { SENDERS } from '../../src/bench/fidelity/senders.ts';
import { DIALECT_NAMES, type DialectName } from '../../src/scenario/scenario.ts';
import { canAsk } from './judges.ts';
import { CAUSES, sampleMessage } from './sample-bounces.ts';

const RECIPIENT = 'ingrid.larsen@northwind.example';
/**
 * How Sisimai calls the systems. It knows Gmail by its domain and Yahoo by a field that Yahoo adds on
 * receipt, neither of which a message from .example has: it reads those by their form alone.
 */
const AGENTS: Readonly<Record<DialectName, readonly (string | null)[]>> = {
  postfix: ['Postfix'],
  exim: ['Exim'],
  qmail: ['qmail'],
  exchange: ['Exchange2007'],
  'exim-2008': ['Exim'],
  sendmail: ['Sendmail'],
  'exchange-2003': ['Exchange2003'],
  'gmail-2008': ['RFC3464'],
  gmail: ['RFC3464'],
  yahoo: ['RFC3464'],
  domino: ['Domino'],
  'filter-notice': ['Amavis', 'Barracuda'],
  'virus-notice': [null],
  'delay-warning': ['Sendmail', 'Exim'],
};
/**
 * Who does not take a dialect for a bounce, and rightly: a virus notice speaks of no delivery (the parser
 * that names an address all the same goes by its being in the text), a delayed message has not failed
 * (Sisimai lists those too).
 */
const NO_BOUNCE: Readonly<Partial<Record<DialectName, readonly Judge[]>>> = {
  'virus-notice': [SISIMAI, MAILMAN],
  'delay-warning': [BOUNCE_PARSER, MAILMAN],
};
/** Enough to see both forms of the dialects that have two. */
const SEEDS = [1, 2, 3, 4];

const bounces = DIALECT_NAMES.flatMap((name) =>
  Object.entries(CAUSES).flatMap(([cause, facts]) =>
    SEEDS.map((seed) => ({ name, cause, facts, seed })),
  ),
);
const messages = () =>
  Promise.all(
    bounces.map(({ name, facts, seed }) => sampleMessage(DIALECTS[name], facts, 400, seed)),
  );

describe.each([BOUNCE_PARSER, SISIMAI, MAILMAN])('$name', (judge) => {
  test.skipIf(!canAsk(judge))(
    'finds the failed recipient in every bounce and in nothing else',
    async () => {
      const opinions = ask(judge, await messages());
      expect(bounces.map(({ name, cause }, i) => [name, cause, opinions[i]?.failed])).toEqual(
        bounces.map(({ name, cause }) => [
          name,
          cause,
          NO_BOUNCE[name]?.includes(judge) ? [] : [RECIPIENT],
        ]),
      );
    },
  );

  test.skipIf(!canAsk(judge))('finds none in ordinary mail', async () => {
    const pool = await buildLegitPool({
      seed: 1,
      size: { bytes: 4000 },
      recipients: ['anna.adler@xman.test'],
      count: 4,
      date: new Date('2008-03-25T09:00:00Z'),
    });
    expect(ask(judge, pool).flatMap(({ failed }) => failed)).toEqual([]);
  });
});

test.skipIf(!canAsk(SISIMAI))('Sisimai takes every bounce for one of its system', async () => {
  const opinions = ask(SISIMAI, await messages());
  for (const name of DIALECT_NAMES) {
    const agents = opinions.filter((_, i) => bounces[i]?.name === name).map(({ agent }) => agent);
    expect([name, new Set(agents)]).toEqual([name, new Set(AGENTS[name])]);
  }
});

test.skipIf(!canAsk(PYTHON_EMAIL))("Python's MIME parser finds nothing wrong", async () => {
  const pool = await buildLegitPool({
    seed: 1,
    size: 'legit-2009',
    recipients: ['anna.adler@xman.test'],
    count: 24,
    date: new Date('2008-03-25T09:00:00Z'),
  });
  const opinions = ask(PYTHON_EMAIL, [...(await messages()), ...pool]);
  expect(opinions).toHaveLength(bounces.length + 24);
  expect(opinions.flatMap(({ defects }) => defects)).toEqual([]);
});

describe('as the engine sends them', () => {
  /** Who must be taken for bounces by everybody. */
  const DEMANDED = ['postfix', 'exim', 'sendmail', 'qmail', 'exchange', 'gmail', 'yahoo'];
  const RIGHT = { recognised: 1, rightRecipient: 1 };

  test
    .skipIf(![MAILMAN, BOUNCE_PARSER, SISIMAI].every(canAsk))
    .each(SENDERS.filter(({ name }) => DEMANDED.includes(name)))(
    'bounces of $name are bounces with the right recipient to all parsers',
    async (sender) => {
      const columns = [MAILMAN, BOUNCE_PARSER, SISIMAI].map((judge) => ({
        judge,
        title: judge.name,
        returnPath: true,
      }));
      expect(await judgeSender(sender, columns, 12)).toEqual([RIGHT, RIGHT, RIGHT]);
    },
  );

  const spamAssassin = [{ judge: SPAMASSASSIN, title: '', returnPath: false }];
  test.skipIf(!canAsk(SPAMASSASSIN)).each(SENDERS.filter(({ name }) => DEMANDED.includes(name)))(
    "bounces of $name are bounces by their content to SpamAssassin's VBounce",
    async (sender) => {
      expect(await judgeSender(sender, spamAssassin, 12)).toEqual([{ recognised: 1 }]);
    },
  );

  test.skipIf(!canAsk(SPAMASSASSIN))('ordinary mail is none to it', async () => {
    const legit = SENDERS.filter(({ group }) => group === 'ordinary mail');
    expect(legit).not.toEqual([]);
    for (const sender of legit) {
      expect(await judgeSender(sender, spamAssassin, 12)).toEqual([{ recognised: 0 }]);
    }
  });
});
