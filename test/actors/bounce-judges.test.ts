import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/actors/dialects/registry.ts';
import { buildLegitPool } from '../../src/actors/legit-pool.ts';
import { DIALECT_NAMES } from '../../src/scenario/scenario.ts';
import { ask, BOUNCE_PARSER, canAsk, MAILMAN, PYTHON_EMAIL, SISIMAI } from './judges.ts';
import { CAUSES, sampleMessage } from './sample-bounces.ts';

const RECIPIENT = 'ingrid.larsen@northwind.example';
/** How Sisimai calls the systems. */
const AGENTS = { postfix: 'Postfix', exim: 'Exim', qmail: 'qmail', exchange: 'Exchange2007' };

const bounces = DIALECT_NAMES.flatMap((name) =>
  Object.entries(CAUSES).map(([cause, facts]) => ({ name, cause, facts })),
);
const messages = () =>
  Promise.all(bounces.map(({ name, facts }) => sampleMessage(DIALECTS[name], facts)));

describe.each([BOUNCE_PARSER, SISIMAI, MAILMAN])('$name', (judge) => {
  test.skipIf(!canAsk(judge))('finds the failed recipient in every bounce', async () => {
    const opinions = ask(judge, await messages());
    expect(bounces.map(({ name, cause }, i) => [name, cause, opinions[i]?.failed])).toEqual(
      bounces.map(({ name, cause }) => [name, cause, [RECIPIENT]]),
    );
  });

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
  expect(opinions.map(({ agent }) => agent)).toEqual(bounces.map(({ name }) => AGENTS[name]));
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
