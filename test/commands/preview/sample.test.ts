// Which sessions a preview shows, and what it says of them.
import { describe, expect, it } from 'vitest';
import { playDialogue } from '../../../src/commands/preview/dialogue.ts';
import { describeRetries, span } from '../../../src/commands/preview/facts.ts';
import { sampleJson } from '../../../src/commands/preview/render-json.ts';
import { renderActor, renderSample } from '../../../src/commands/preview/render-text.ts';
import { messageOf, takeSample, type Way, waysOf } from '../../../src/commands/preview/sample.ts';
import { UsualServer } from '../../../src/commands/preview/usual-server.ts';
import { sessionsOf } from '../../../src/plan/plan.ts';
import type { Script } from '../../../src/smtp/script.ts';
import { ACTORS, speakerOf } from './storm.ts';

async function wayOf(actor: string, label: string) {
  const speaker = await speakerOf(actor);
  const ways = waysOf(speaker);
  const way = ways.find((one) => one.label === label) as Way;
  expect(
    ways.map((one) => one.label),
    'the ways of speaking',
  ).toContain(label);
  const session = way.sessions[0];
  if (!session) throw new Error(`no session is ${label}`);
  return { speaker, way, session };
}

async function textOf(actor: string, label = '', full = false, attempt?: number) {
  const { speaker, way, session } = await wayOf(actor, label);
  return renderSample(speaker, way, takeSample(speaker, session, attempt), full);
}

describe('the ways of speaking', () => {
  it.each([
    ['legit', ['bounce', 'exchange', 'exim', 'gmail', 'postfix']],
    ['bouncers', ['postfix', 'qmail']],
    ['callouts', ['exim', 'exim-postmaster', 'exim-random', 'exim-random-postmaster', 'postfix']],
    ['bots', ['garbage', 'in-step', 'pipelining', 'pregreet', 'pregreet-pipelining']],
    ['harvesters', ['']],
    ['slow', ['']],
  ])('of %s are those that the plan has', async (actor, labels) => {
    const ways = waysOf(await speakerOf(actor));
    expect(ways.map(({ label }) => label).sort()).toEqual(labels);
    expect(ways.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  it('hold every planned session once, the commonest way first', async () => {
    const speaker = await speakerOf('bouncers');
    const ways = waysOf(speaker);
    const planned = [...sessionsOf(speaker.plan, speaker.planned)].map(({ index }) => index);
    const held = ways.flatMap(({ sessions }) => sessions.map(({ index }) => index));
    expect(held.sort((a, b) => a - b)).toEqual(planned);
    expect(ways.map(({ label }) => label)).toEqual(['postfix', 'qmail']);
  });
});

describe('a sample', () => {
  it('of a callout shows each step, the server answering so that the next one follows', async () => {
    const { speaker, session } = await wayOf('callouts', 'exim-random-postmaster');
    const { steps } = takeSample(speaker, session, undefined);
    const asked = steps.map(({ script }) => script.recipients[0]);
    expect(asked).toEqual([
      expect.stringMatching(/-testing@/),
      speaker.plan.world.victim,
      expect.stringMatching(/^postmaster@/),
    ]);
    expect(steps.map(({ dialogue }) => dialogue.state)).toEqual([
      'rejected',
      'accepted',
      'accepted',
    ]);
  });

  it('of one attempt shows that one', async () => {
    const { speaker, session } = await wayOf('callouts', 'exim-random-postmaster');
    const { steps } = takeSample(speaker, session, 2);
    expect(steps.map(({ attempt }) => attempt)).toEqual([2]);
    expect(await textOf('callouts', 'exim-random-postmaster', false, 2)).toContain(
      'attempt  3: at once, if the one before was accepted',
    );
  });

  it.each<[string, Partial<Script>]>([
    ['DATA', {}],
    ['BDAT', { greeting: 'EHLO', chunk: [Buffer.from('a\r\n..b\r\n')] }],
  ])('that goes by %s has the message as its recipient gets it', (_, changes) => {
    const script: Script = {
      ...{ helo: 'a.example', greeting: 'HELO', pipelining: false, reversePath: '', quit: 'wait' },
      recipients: ['v@x.test'],
      message: [Buffer.from('a\r\n...b\r\n')],
      ...changes,
    };
    const waits = { roundTripMs: 0, patienceMs: 1000, bannerPatienceMs: 1000 };
    const dialogue = playDialogue(script, waits, new UsualServer('mx.x.test'));
    expect(messageOf({ attempt: 0, script, dialogue })?.toString()).toBe('a\r\n..b\r\n');
  });

  it.each([
    ['legit', 'postfix'],
    ['bouncers', 'qmail'],
    ['slow', ''],
  ])('of %s has the message that its script sends', async (actor, label) => {
    const { speaker, session } = await wayOf(actor, label);
    const [step] = takeSample(speaker, session, undefined).steps;
    const sent = Buffer.concat([...(step?.script.message ?? [])]).toString('latin1');
    const got = step && messageOf(step)?.toString('latin1');
    expect(got).toMatch(/^[A-Z][A-Za-z-]+: /);
    expect(got?.replaceAll('\r\n.', '\r\n..')).toBe(sent);
  });

  it.each(['harvesters', 'callouts'])('of %s has none', async (actor) => {
    const speaker = await speakerOf(actor);
    for (const { sessions } of waysOf(speaker)) {
      const [session] = sessions;
      if (!session) throw new Error('a way without a session');
      const { steps } = takeSample(speaker, session, undefined);
      expect(steps.map(messageOf)).toEqual(steps.map(() => undefined));
    }
  });
});

describe('a sample in words', () => {
  it.each(ACTORS)('of %s fits 80 columns, and its head tells who speaks', async (actor) => {
    const speaker = await speakerOf(actor);
    const ways = waysOf(speaker);
    const head = renderActor(speaker, ways);
    expect(head).toMatch(new RegExp(`^${actor} \\(${speaker.planned.actor.kind}\\), \\d+/s\n`));
    for (const way of ways) {
      const [session] = way.sessions;
      if (!session) throw new Error('a way without a session');
      const text = renderSample(speaker, way, takeSample(speaker, session, undefined), false);
      const wide = `${head}${text}`.split('\n').filter((line) => [...line].length > 80);
      expect(wide).toEqual([]);
      expect(text).toMatch(/\nhost {5}\S+\.example \[127\.\d+\.\d+\.\d+\]\n/);
      expect(text.split('\n').length).toBeLessThan(120);
    }
  });

  it.each([
    [
      'bouncers',
      'postfix',
      /after a 4xx: 5m, 5m, 10m, 20m, 40m, … \(107 in 5d\); here, 600× as fast, 500 ms, 500 ms, 1 s, 2 s, 4 s, …/,
    ],
    ['bouncers', 'postfix', /^from {5}<>, the null reverse path$/m],
    ['callouts', 'postfix', /^from {5}double-bounce@/m],
    [
      'callouts',
      'postfix',
      /quota {4}1 session in 31d \(here 1h 14m\) after one that was accepted, in 3d/,
    ],
    ['vacation', 'exchange', /quota {4}1 session in 7d \(here 16m 48s\), whatever becomes of it/],
    ['slow', '', /drips: a byte every 300 ms/],
    ['slow', '', /^retries {2}none$/m],
    ['bots', 'pregreet', /\n\nC: EHLO \S+\nS: 220 /],
    ['bots', 'pipelining', /\nC: DATA\nS: 250-/],
    ['harvesters', '', /\[… 20 recipients left out; --full shows them\]\nC: RCPT/],
  ])('of %s %s says %s', async (actor, label, words) => {
    // A fact's lines are one: they break wherever the others' lengths have it.
    const text = (await textOf(actor, label)).replace(/\u00a0|\n {9}/g, ' ');
    expect(text).toMatch(words);
  });

  it('shows all recipients and the whole message when asked to', async () => {
    const asked = await textOf('harvesters', '', true);
    expect(asked.match(/^C: RCPT/gm)).toHaveLength(25);
    expect(asked).not.toContain('left out');
    const { speaker, session } = await wayOf('bouncers', 'qmail');
    const [step] = takeSample(speaker, session, undefined).steps;
    const lines = (step && messageOf(step)?.toString('latin1').split('\r\n')) ?? [];
    expect(await textOf('bouncers', 'qmail', true)).toContain(lines.join('\n').trimEnd());
  });

  it('as JSON has the same dialogue and the whole message', async () => {
    const { speaker, way, session } = await wayOf('bouncers', 'qmail');
    const sample = takeSample(speaker, session, undefined);
    const json = JSON.parse(JSON.stringify(sampleJson(speaker, way, sample)));
    expect(json).toMatchObject({ actor: 'bouncers', kind: 'bouncer', label: 'qmail' });
    expect(json.connections[0].dialogue.slice(0, 2)).toEqual([
      { server: '220 mx.xman.test ESMTP' },
      { client: `HELO ${json.host.name}` },
    ]);
    const [step] = sample.steps;
    expect(json.connections[0].message).toBe(step && messageOf(step)?.toString('utf8'));
  });
});

describe('retries in words', () => {
  it.each([
    ['no schedule', undefined, 1, 'none'],
    ['one retry', [60_000], 1, 'after a 4xx: 1m (once)'],
    [
      'a compressed clock',
      [60_000, 3_660_000],
      60,
      'after a 4xx: 1m, 1h (2 in 1h 1m); here, 60× as fast, 1 s, 1m',
    ],
  ])('of %s', (_, times, compress, words) => {
    const schedule = times && ((n: number) => times[n - 1]);
    expect(describeRetries(schedule, compress).replaceAll('\u00a0', ' ')).toBe(words);
  });

  it.each([
    [0, '0 s'],
    [33.333, '33.3 ms'],
    [59_949, '59.9 s'],
    [59_960, '1m'],
    [400_000, '6m 40s'],
    [3_599_600, '1h'],
    [86_400_000, '1d'],
    [169_200_000, '1d 23h'],
  ])('has %d ms as %s', (ms, words) => {
    expect(span(ms).replaceAll('\u00a0', ' ')).toBe(words);
  });
});
