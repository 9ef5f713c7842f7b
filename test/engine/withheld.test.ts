// Senders with rules of their own: what they forbid never reaches the server, and is counted.
import { afterEach, expect, it } from 'vitest';
import type { Actor } from '../../src/scenario/scenario.ts';
import { smallScenario } from '../plan/small-scenario.ts';
import { playAgainst } from './play-against.ts';
import { ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const COMMON = {
  rate: { shape: 'constant', perSecond: 300 },
  concurrency: 1000,
  patienceMs: 5000,
  retry: 'none',
} as const;
const PLANNED = 300;
/** A host has 16 lists, and each answers one address ten times a day. */
const LISTS: Actor = { ...COMMON, name: 'them', kind: 'list-manager', systems: { mailman: 1 } };
const CALLOUTS: Actor = {
  ...COMMON,
  ...{
    name: 'them',
    kind: 'callout',
    systems: { exim: 1 },
    random: 0,
    postmaster: 0,
    cache: 'native',
  },
};

async function played(actor: Actor, rcpt: string) {
  server = new ScriptedServer({ replies: { RCPT: rcpt } });
  const small = smallScenario({
    ...{ roundTrip: 'off', sources: 1, legitPerSecond: 1 },
    phases: { warmupMs: 0, calmMs: 100, stormMs: 1000, recoveryMs: 0, drainMs: 3000 },
  });
  const actors = small.actors.flatMap((one) => (one.kind === 'legit' ? [one, actor] : []));
  const { ended, recorder } = await playAgainst({ ...small, actors }, await server.listen());
  const { attempts } = recorder.counters.startsOf(1, 2);
  return { sessions: attempts, withheld: ended('withheld', 'them') };
}

it.each(['250 ok', '550 no', '450 later'])(
  'an answer counts from when it is written, though the server says %s',
  async (rcpt) => {
    const { sessions, withheld } = await played(LISTS, rcpt);
    expect(sessions).toBe(160);
    expect(withheld).toBe(PLANNED - 160);
  },
);

it('a callout counts from its answer: none was none', async () => {
  const answered = await played(CALLOUTS, '550 no');
  expect(answered.sessions + answered.withheld).toBe(PLANNED);
  // Those that were on their way when the first answer came went out as well.
  expect(answered.withheld).toBeGreaterThan(0);
  expect((await played(CALLOUTS, '450 later')).withheld).toBe(0);
});
