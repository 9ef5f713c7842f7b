// A storm in which the victim's domain publishes an SPF record: whose sessions are averted, and which
// still come.
import { afterEach, describe, expect, it } from 'vitest';
import { COLUMN } from '../../src/engine/outcome.ts';
import { type Plan, sessionsOf } from '../../src/plan/plan.ts';
import { refusalStart, type SpfRecord } from '../../src/plan/spf-record.ts';
import type { Actor } from '../../src/scenario/scenario.ts';
import { END_STATES } from '../../src/smtp/stage.ts';
import { smallScenario } from '../plan/small-scenario.ts';
import { type Played, playAgainst } from './play-against.ts';
import { ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Three campaign minutes, of 300 a second, are 600 ms. */
const RECORD: SpfRecord = { afterMs: 120_000, ttlMs: 180_000, honoured: 0.5 };
const PUBLISHED_MS = 500;
const COMMON = {
  rate: { shape: 'constant', perSecond: 60 },
  concurrency: 1000,
  patienceMs: 5000,
  retry: { gapsMs: [30_000] },
} as const;
const ANSWERING: readonly Actor[] = [
  { ...COMMON, name: 'bouncers', kind: 'bouncer', dialects: { postfix: 1 }, emptyData: 0 },
  { ...COMMON, name: 'away', kind: 'vacation', systems: { sieve: 1 } },
  { ...COMMON, name: 'lists', kind: 'list-manager', systems: { mailman: 1 } },
  { ...COMMON, name: 'doubters', kind: 'challenge-response', systems: { tmda: 1 } },
  {
    ...{ ...COMMON, name: 'callouts', kind: 'callout', systems: { exim: 1 } },
    ...{ random: 0, postmaster: 0, cache: 'off' },
  },
];
const OTHERS: readonly Actor[] = [
  {
    ...{ ...COMMON, name: 'bots', kind: 'bot', known: 0, pregreet: 0, quit: 1, pipelining: 0 },
    ...{ heedless: 0, wrongHelo: 0, garbage: 0 },
  },
  { ...COMMON, name: 'harvesters', kind: 'harvester', recipients: 2, known: 0 },
];

const PLANNED = 90;

interface Circumstances {
  readonly rcpt?: string;
  readonly concurrency?: number;
  readonly delays?: { readonly RCPT?: number };
}

async function played(
  actors: readonly Actor[],
  spfRecord: SpfRecord | undefined,
  { rcpt = '550 no', concurrency = 1000, delays = {} }: Circumstances = {},
): Promise<Played> {
  server = new ScriptedServer({ replies: { RCPT: rcpt }, delays });
  const small = smallScenario({
    ...{ roundTrip: 'off', sources: 400, legitPerSecond: 20 },
    phases: { warmupMs: 0, calmMs: 100, stormMs: 1500, recoveryMs: 300, drainMs: 1000 },
  });
  const limited = actors.map((actor) => ({ ...actor, concurrency }));
  const scenario = { ...small, actors: [...small.actors.slice(0, 1), ...limited] };
  return playAgainst(scenario, await server.listen(), { spfRecord, workers: 2 });
}

/** The indexes of the sessions that the plan says are averted. */
function planned(plan: Plan, index: number): number[] {
  const actor = plan.actors[index];
  if (!actor) throw new Error(`no actor ${index}`);
  const startOf = refusalStart(plan, actor.hosts, RECORD);
  return [...sessionsOf(plan, actor)]
    .filter(({ host, intendedMs }) => intendedMs >= startOf(host))
    .map((session) => session.index);
}

const AVERTED = END_STATES.indexOf('averted');
const [BOUNCERS] = ANSWERING as readonly [Actor];

describe('an SPF record in the storm', () => {
  it('averts exactly what the plan says of who answers forged mail, and nothing of others', async () => {
    const { plan, rows, recorder, ended } = await played([...ANSWERING, ...OTHERS], RECORD);
    const averted = rows.filter((row) => row[COLUMN.state] === AVERTED);
    expect(averted.every((row) => (row[COLUMN.intended] as number) >= PUBLISHED_MS)).toBe(true);
    expect(server?.counts.connections).toBe(recorder.started);
    for (const { index, actor } of plan.actors.slice(1)) {
      const own = averted.filter((row) => row[COLUMN.actor] === index);
      const indexes = own.map((row) => row[COLUMN.index] as number).sort((a, b) => a - b);
      const answers = ANSWERING.some(({ name }) => name === actor.name);
      expect([actor.name, indexes]).toEqual([actor.name, answers ? planned(plan, index) : []]);
      if (answers) expect(own.length).toBeGreaterThan(10);
      // Each of the others came.
      const { originals } = recorder.counters.startsOf(index, 2);
      expect(originals + own.length + ended('withheld', actor.name)).toBe(PLANNED);
    }
  });

  it('averts nothing of real mail, nor of anybody where there is none', async () => {
    const all = await played([BOUNCERS], { afterMs: 0, ttlMs: 0, honoured: 1 });
    expect(all.ended('averted', 'bouncers')).toBe(PLANNED);
    expect(all.ended('averted', 'legit')).toBe(0);
    await server?.close();
    expect((await played([BOUNCERS], undefined)).ended('averted')).toBe(0);
  });

  it('does not keep back what was tried before', async () => {
    // Deferred once, they come again in the 100 ms after; all hosts have known the record by then.
    const record = { afterMs: 430_000, ttlMs: 0, honoured: 1 };
    const { rows, ended } = await played([BOUNCERS], record, { rcpt: '450 later' });
    const retries = rows.filter((row) => (row[COLUMN.attempt] as number) > 0);
    const late = retries.filter((row) => (row[COLUMN.intended] as number) >= 1540);
    expect(late.length).toBeGreaterThan(0);
    expect(retries.some((row) => row[COLUMN.state] === AVERTED)).toBe(false);
    expect(ended('averted')).toBeGreaterThan(0);
  });

  it('averts what there would have been no room for: that is not unsent', async () => {
    // The first one in each worker keeps its place for longer than the storm lasts.
    const held = { concurrency: 2, delays: { RCPT: 2000 } };
    const record = { afterMs: 150_000, ttlMs: 0, honoured: 1 };
    const { plan, ended } = await played([BOUNCERS], record, held);
    const [, bouncers] = plan.actors;
    const due = bouncers ? [...sessionsOf(plan, bouncers)].map((one) => one.intendedMs) : [];
    const late = due.filter((dueMs) => dueMs >= 600).length;
    expect(late).toBeGreaterThan(50);
    expect(ended('averted', 'bouncers')).toBe(late);
    expect(ended('unsent', 'bouncers')).toBe(PLANNED - late - 2);
  });
});
