// Servers that offer an extension and do not keep to it: outcomes, a run that ends, and, where TLS
// fails, a second session in clear as real clients have it.
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { EndState } from '../../src/smtp/stage.ts';
import { smallScenario } from '../plan/small-scenario.ts';
import { playAgainst } from './play-against.ts';
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

/** Postfix pipelines and uses TLS, everybody alike. */
function scenario(patienceMs: number) {
  const small = smallScenario({
    ...{ roundTrip: 'off', legitPerSecond: 10, bouncersPerSecond: 40, patienceMs, retry: 'none' },
    phases: { warmupMs: 0, calmMs: 100, stormMs: 500, recoveryMs: 100, drainMs: 2000 },
  });
  const actors = small.actors.map((actor) =>
    actor.kind === 'bouncer' ? { ...actor, dialects: { postfix: 1 } } : actor,
  );
  return { ...small, actors };
}
const PLANNED = 20;

/** Does something when a flight of several commands comes. */
function onFlight(act: (socket: Socket) => void): Behaviour {
  return {
    onConnection: (socket) => {
      socket.on('data', (chunk) => {
        if (chunk.includes('MAIL') && chunk.includes('RCPT')) act(socket);
      });
      return true;
    },
  };
}

describe('a server that offers PIPELINING', () => {
  it.each<[string, Behaviour, EndState]>([
    ['resets when it is used', onFlight((socket) => socket.resetAndDestroy()), 'dropped'],
    [
      'answers the first command of a flight only',
      { replies: { RCPT: null, DATA: null } },
      'timedOut',
    ],
    [
      'answers once for all',
      { replies: { MAIL: '250 ok', RCPT: null, DATA: '250 ok' } },
      'timedOut',
    ],
    ['answers twice', { replies: { MAIL: '250 ok\r\n503 again?' } }, 'rejected'],
    [
      'answers a flight with something else',
      onFlight((socket) => socket.write('HTTP/1.1 400\r\n')),
      'garbled',
    ],
  ])('and %s gives outcomes, and the run ends', async (_what, behaviour, state) => {
    const { address } = await serve(behaviour);
    const { ended } = await playAgainst(scenario(300), address);
    expect(ended(state, 'bouncers')).toBe(PLANNED);
  });
});

describe('a server that offers STARTTLS', () => {
  const OFFER = { EHLO: '250-scripted.test\r\n250 STARTTLS' };

  it('and then talks in clear has that outcome, and a second session without it', async () => {
    const { server, address } = await serve({ onConnection: failTls('500 what?\r\n') });
    const { ended, recorder } = await playAgainst(scenario(3000), address);
    expect(ended('garbled', 'bouncers')).toBe(PLANNED);
    expect(ended('rejected', 'bouncers')).toBe(PLANNED);
    const broken = recorder.counters.rows().filter(({ state }) => state === 'garbled');
    expect(new Set(broken.map(({ stage }) => stage))).toEqual(new Set(['starttls']));
    const started = [0, 1].flatMap((actor) =>
      [0, 1, 2, 3].map((phase) => recorder.counters.startsOf(actor, phase)),
    );
    expect(server.counts.connections).toBe(
      started.reduce((sum, { attempts }) => sum + attempts, 0),
    );
  });

  it('and then says nothing loses its clients’ patience at that stage', async () => {
    const { address } = await serve({ onConnection: failTls('') });
    const { ended, recorder } = await playAgainst(scenario(300), address);
    expect(ended('timedOut', 'bouncers')).toBe(PLANNED);
    // The last of them would come again after the run's end.
    expect(ended('rejected', 'bouncers')).toBeGreaterThan(0);
    const lost = recorder.counters.rows().filter(({ state }) => state === 'timedOut');
    expect(new Set(lost.map(({ stage }) => stage))).toEqual(new Set(['starttls']));
  });

  it('and takes the offer back is served in clear', async () => {
    const { address } = await serve({ replies: { ...OFFER, STAR: '454 4.7.0 not now' } });
    const { ended, recorder } = await playAgainst(scenario(3000), address);
    expect(ended('rejected', 'bouncers')).toBe(PLANNED);
    expect(recorder.counters.startsOf(1, 2)).toMatchObject({ attempts: PLANNED, tls: 0 });
  });
});

/** Offers TLS and answers the handshake with some words; in clear it refuses the sender. */
function failTls(words: string): (socket: Socket) => boolean {
  return (socket) => {
    socket.write('220 scripted.test\r\n');
    socket.on('data', (chunk) => {
      const said = chunk.toString('latin1');
      if (said.startsWith('EHLO')) socket.write('250-scripted.test\r\n250 STARTTLS\r\n');
      else if (said.startsWith('STARTTLS')) socket.write('220 go\r\n');
      else if (said.startsWith('MAIL')) socket.write('554 no\r\n');
      else if (words !== '') socket.write(words);
    });
    return false;
  };
}
