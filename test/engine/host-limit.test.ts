// How many connections a simulated host opens at once: real threads and sockets against a scripted server.
import { afterEach, describe, expect, it } from 'vitest';
import { HOST_LIMIT } from '../../src/actors/actor.ts';
import { COLUMN, RETRY } from '../../src/engine/outcome.ts';
import { sessionsOf } from '../../src/plan/plan.ts';
import { END_STATES } from '../../src/smtp/stage.ts';
import { type Changes, smallScenario } from '../plan/small-scenario.ts';
import { type Played, playAgainst } from './play-against.ts';
import { type Behaviour, ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer | undefined;
async function serve(behaviour: Behaviour) {
  server = new ScriptedServer(behaviour);
  return { server, address: await server.listen() };
}
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const BOUNCERS = 1;
const PLANNED = 60;
/** One host bounces 60 messages within 0.6 s; real mail comes from other hosts. */
const ONE_HOST: Changes = {
  roundTrip: 'off',
  sources: 1,
  legitPerSecond: 10,
  bouncersPerSecond: 100,
  phases: { warmupMs: 0, calmMs: 100, stormMs: 600, recoveryMs: 100, drainMs: 3000 },
};

function column(played: Played, name: keyof typeof COLUMN, actor = BOUNCERS): number[] {
  return played.rows
    .filter((row) => row[COLUMN.actor] === actor)
    .map((row) => row[COLUMN[name]] ?? Number.NaN);
}

/** The most sessions that one host had open at once, by the senders' own times. */
function mostAtOnce({ plan, rows }: Played): number {
  const hosts = plan.actors.map((planned) => [...sessionsOf(plan, planned)].map((s) => s.host));
  const changes = rows.flatMap((row) => {
    const host = hosts[row[COLUMN.actor] ?? 0]?.[row[COLUMN.index] ?? 0] ?? -1;
    const [from = Number.NaN, to = Number.NaN] = [row[COLUMN.started], row[COLUMN.ended]];
    const open = { host, atMs: from, by: 1 };
    return from >= 0 ? [open, { host, atMs: to, by: -1 }] : [];
  });
  changes.sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  const open = new Map<number, number>();
  let most = 0;
  for (const { host, by } of changes) {
    open.set(host, (open.get(host) ?? 0) + by);
    most = Math.max(most, open.get(host) ?? 0);
  }
  return most;
}

function hostWaits({ recorder, plan }: Played): number {
  return [0, 1, 2, 3].reduce(
    (sum, phase) =>
      sum +
      plan.actors.reduce(
        (n, { index }) => n + recorder.counters.startsOf(index, phase).hostWaits,
        0,
      ),
    0,
  );
}

/** Every session that was planned and every retry that came due has ended, once. */
function expectNobodyForgotten({ end, rows }: Played): void {
  const planned = end.tallies.reduce((sum, { sessions }) => sum + sessions, 0);
  const retried = rows.filter((row) => row[COLUMN.retry] === RETRY.within).length;
  expect(rows.length).toBe(planned + retried);
}

describe('a simulated host', () => {
  it.each([
    [1, 1],
    [3, 2],
  ])(
    'of %i opens no more connections at once than its limit, with %i workers',
    async (sources, workers) => {
      const { server, address } = await serve({ delays: { RCPT: 400 } });
      const scenario = smallScenario({ ...ONE_HOST, sources });
      const played = await playAgainst(scenario, address, { workers });
      expect(mostAtOnce(played)).toBe(HOST_LIMIT);
      expect(played.ended('rejected', 'bouncers')).toBe(PLANNED);
      expect(hostWaits(played)).toBeGreaterThan(0);
      expect(server.counts.connections).toBe(played.rows.length);
      expect(server.counts.RCPT).toBe(played.rows.length);
      expectNobodyForgotten(played);
    },
  );

  it('never connects with what exceeds its limit while nothing ends', async () => {
    const { server, address } = await serve({ replies: { banner: null } });
    const played = await playAgainst(
      smallScenario({
        ...ONE_HOST,
        patienceMs: 60_000,
        phases: { ...ONE_HOST.phases, drainMs: 200 },
      }),
      address,
    );
    const legit = column(played, 'state', 0).length;
    expect(server.counts.connections).toBe(HOST_LIMIT + legit);
    expect(played.ended('cut', 'bouncers')).toBe(PLANNED);
    expect(column(played, 'started').filter(Number.isNaN)).toHaveLength(PLANNED - HOST_LIMIT);
    expect(hostWaits(played)).toBe(PLANNED - HOST_LIMIT);
    expect(played.ended('unsent')).toBe(0);
    expect(played.recorder.inFlight).toBe(0);
    expectNobodyForgotten(played);
  });

  it('sends what waited in its order, late by its own turn but waited for from the plan', async () => {
    const { address } = await serve({ delays: { RCPT: 400 } });
    const played = await playAgainst(smallScenario(ONE_HOST), address);
    const sent = played.rows
      .filter((row) => row[COLUMN.actor] === BOUNCERS)
      .sort((a, b) => (a[COLUMN.index] ?? 0) - (b[COLUMN.index] ?? 0));
    const started = sent.map((row) => row[COLUMN.started] ?? 0);
    expect(started).toEqual([...started].sort((a, b) => a - b));
    const waited = sent.filter((row) => !Number.isNaN(row[COLUMN.turn]));
    expect(waited.length).toBe(hostWaits(played));
    for (const row of waited) {
      const [intended = 0, turn = 0, start = 0] = [
        row[COLUMN.intended],
        row[COLUMN.turn],
        row[COLUMN.started],
      ];
      expect(turn).toBeGreaterThan(intended);
      expect(start).toBeGreaterThanOrEqual(turn);
    }
    // The last third was due while two thirds were before it, each third taking 400 ms.
    expect(played.quantile('verdict', 0.99)).toBeGreaterThan(600);
    expect(played.quantile('lag', 0.99)).toBeLessThan(200);
  });

  it('lets its retries wait in the same line', async () => {
    const { server, address } = await serve({
      delays: { RCPT: 300 },
      replies: { RCPT: '450 4.2.0 later' },
    });
    const scenario = smallScenario({
      ...ONE_HOST,
      retry: { gapsMs: [30_000, 150_000] },
      phases: { ...ONE_HOST.phases, recoveryMs: 3000 },
    });
    const played = await playAgainst(scenario, address);
    expect(mostAtOnce(played)).toBe(HOST_LIMIT);
    expect(played.ended('deferred', 'bouncers')).toBe(3 * PLANNED);
    const retriesThatWaited = played.rows.filter(
      (row) => row[COLUMN.attempt] === 1 && !Number.isNaN(row[COLUMN.turn]),
    );
    expect(retriesThatWaited.length).toBeGreaterThan(0);
    // A wait is that of this attempt, not of the one before.
    const waits = played.rows.map((row) => (row[COLUMN.turn] ?? 0) - (row[COLUMN.intended] ?? 0));
    expect(waits.filter((ms) => ms < 0)).toEqual([]);
    expect(server.counts.RCPT).toBe(played.ended('deferred'));
    expectNobodyForgotten(played);
  });

  it('holds one line for all its actors, and turns away whose actor has no room left', async () => {
    const { server, address } = await serve({
      delays: { RCPT: 300 },
      replies: { RCPT: '450 4.2.0 later' },
    });
    const scenario = smallScenario({ ...ONE_HOST, bouncersPerSecond: 200, retry: 'none' });
    const [legit, bouncers] = scenario.actors;
    if (!legit || !bouncers) throw new Error('the small scenario has two actors');
    const others = { ...bouncers, name: 'others', concurrency: 1 };
    const actors = [legit, bouncers, others];
    const played = await playAgainst({ ...scenario, actors }, address);
    expect(mostAtOnce(played)).toBe(HOST_LIMIT);
    expect(played.ended('deferred', 'others')).toBeGreaterThan(0);
    const turnedAway = played.rows.filter(
      (row) => row[COLUMN.state] === END_STATES.indexOf('unsent') && (row[COLUMN.turn] ?? 0) > 0,
    );
    // More than the limit: a place that was not given back would be missed.
    expect(turnedAway.length).toBeGreaterThan(HOST_LIMIT);
    expect(turnedAway.every((row) => row[COLUMN.actor] === 2)).toBe(true);
    expect(played.ended('cut')).toBe(0);
    expect(server.counts.connections).toBe(played.rows.length - played.ended('unsent'));
    expectNobodyForgotten(played);
  });

  it('has no limit of its own in a closed loop', async () => {
    const { server, address } = await serve({ replies: { banner: null } });
    const scenario = smallScenario({
      ...ONE_HOST,
      patienceMs: 60_000,
      phases: { ...ONE_HOST.phases, drainMs: 200 },
    });
    const played = await playAgainst(scenario, address, { overflow: 'wait' });
    expect(server.counts.connections).toBe(played.rows.length);
    expect(mostAtOnce(played)).toBe(PLANNED);
    expect(hostWaits(played)).toBe(0);
  });

  it('starts nothing that waits once it is told to stop, and counts it as cut', async () => {
    const { server, address } = await serve({ delays: { RCPT: 400 } });
    const phases = { warmupMs: 0, calmMs: 0, stormMs: 60_000, drainMs: 2000 };
    const played = await playAgainst(smallScenario({ ...ONE_HOST, phases }), address, {
      onStart: (load) => setTimeout(() => load.stop(), 700),
    });
    expect(played.end.interrupted).toBe(true);
    const cut = played.rows.filter((row) => Number.isNaN(row[COLUMN.started]));
    expect(cut.length).toBeGreaterThan(0);
    expect(played.ended('cut')).toBe(cut.length);
    expect(server.counts.connections).toBe(played.rows.length - cut.length);
    const [stopped] = new Set(cut.map((row) => row[COLUMN.turn]));
    const later = played.rows.filter((row) => (row[COLUMN.started] ?? 0) > (stopped ?? 0));
    expect(later).toEqual([]);
    expectNobodyForgotten(played);
  });

  it('ends in time after a stop although the server never answers', async () => {
    const { server, address } = await serve({ replies: { banner: null } });
    const phases = { warmupMs: 0, calmMs: 0, stormMs: 60_000, drainMs: 300 };
    const played = await playAgainst(
      smallScenario({ ...ONE_HOST, patienceMs: 60_000, phases }),
      address,
      { onStart: (load) => setTimeout(() => load.stop(), 700) },
    );
    expect(server.counts.connections).toBe(HOST_LIMIT + column(played, 'state', 0).length);
    expect(played.ended('cut', 'bouncers')).toBe(played.end.tallies[BOUNCERS]?.sessions);
    expect(played.ended('cut', 'bouncers')).toBeGreaterThan(HOST_LIMIT);
    expectNobodyForgotten(played);
  });
});
