// Two embedded servers in a row on loopback: who refuses, who asks, who bounces, and what is told of it.
import { afterEach, describe, expect, it } from 'vitest';
import { embedded } from '../../../src/target/embedded/embedded.ts';
import type { RunningTarget, Site, TargetTotals } from '../../../src/target/target.ts';
import type { Edge, Tuning } from '../../../src/tuning/tuning.ts';
import type { Delivery } from '../../../src/world/delivery.ts';
import { type Sink, startSink } from '../../../src/world/sink.ts';
import { Client } from './client.ts';

const DOMAIN = 'xman.test';
const KNOWN = 'anna@xman.test';
const UNKNOWN = 'nobody@xman.test';
const VICTIM = 'jslopez@xman.test';
const SENDER = 'somebody@sender.test';

let tidy: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of tidy.reverse()) await step();
  tidy = [];
});

const edge = (more: Partial<Edge> = {}): Tuning => ({
  edge: { tuning: {}, verify: false, link: { roundTripMs: 10 }, ...more },
});

interface Talk {
  readonly from: string;
  readonly to: readonly string[];
}

interface Seen {
  readonly replies: readonly (readonly string[])[];
  readonly deliveries: readonly Delivery[];
  readonly totals: TargetTotals;
  readonly configuration: readonly string[];
}

async function play(tuning: Tuning, talks: readonly Talk[]): Promise<Seen> {
  const deliveries: Delivery[] = [];
  const sink: Sink = await startSink('127.0.0.1', 0, { domain: DOMAIN, mailboxes: [KNOWN] });
  tidy.push(() => sink.stop());
  sink.onDelivery((batch) => deliveries.push(...batch));
  const site: Site = {
    tuning,
    domain: DOMAIN,
    victim: VICTIM,
    recipients: [KNOWN],
    compress: 60,
    client: 'address',
    sink: { host: sink.host, port: sink.port },
  };
  const target = await embedded.start(site);
  let stopped: Promise<TargetTotals> | undefined;
  const stop = () => (stopped ??= target.stop());
  tidy.push(stop);
  const replies: (readonly string[])[] = [];
  for (const talk of talks) replies.push(await say(target, talk));
  const totals = await stop();
  await sink.stop();
  tidy = [];
  return { replies, deliveries, totals, configuration: target.configuration };
}

/** @returns the replies to RCPT, and to the message where there is one. */
async function say({ address }: RunningTarget, { from, to }: Talk): Promise<string[]> {
  const client = new Client(address);
  await client.reply();
  await client.say('HELO a.example');
  await client.say(`MAIL FROM:<${from}>`);
  const replies: string[] = [];
  for (const recipient of to) replies.push(await client.say(`RCPT TO:<${recipient}>`));
  if (replies.some((reply) => reply.startsWith('2'))) {
    await client.say('DATA');
    replies.push(await client.say('Subject: x\r\n\r\nHello.\r\n.'));
  }
  await client.say('QUIT');
  return replies;
}

const codes = (replies: readonly string[] | undefined) =>
  replies?.map((reply) => reply.slice(0, 3));
const bounces = ({ deliveries }: Seen) => deliveries.filter(({ kind }) => kind === 'bounce');

describe('two embedded servers', () => {
  it('an edge with a table refuses who is not listed, and hands on the rest', async () => {
    const seen = await play(edge(), [{ from: SENDER, to: [UNKNOWN, KNOWN] }]);
    expect(codes(seen.replies[0])).toEqual(['550', '250', '250']);
    expect(seen.deliveries.map(({ kind, recipients }) => [kind, recipients])).toEqual([
      ['unsolicited', 1],
    ]);
    expect(seen.totals).toMatchObject({
      sessions: 1,
      accepted: 1,
      bounces: 0,
      rcptRejects: { 550: 1 },
      warnings: [],
      last: { behindSessions: 1, behindProbes: 0, swallowed: 0, queue: 0 },
    });
    expect(seen.totals.last?.linkBytes).toBeGreaterThan(100);
  });

  it('an edge that takes everything bounces what the server behind refuses', async () => {
    const seen = await play(edge({ tuning: { recipients: 'catch-all' } }), [
      { from: SENDER, to: [UNKNOWN, KNOWN] },
      { from: '', to: [UNKNOWN] },
    ]);
    expect(seen.replies.map(codes)).toEqual([
      ['250', '250', '250'],
      ['250', '250'],
    ]);
    expect(bounces(seen)).toMatchObject([{ reversePath: '', bounce: { failed: 1 } }]);
    expect(seen.totals).toMatchObject({ accepted: 2, bounces: 1, rcptRejects: {}, warnings: [] });
    const bounced = seen.totals.stages?.find(({ stage }) => stage === 'bounce');
    expect(bounced).toMatchObject({ asked: 2, refused: 1 });
    const behind = seen.totals.stages?.find(({ stage }) => stage === 'behind.recipient');
    expect(behind).toMatchObject({ asked: 3, refused: 2 });
  });

  it('an edge that verifies asks once, refuses in its words, and bounces nothing', async () => {
    const seen = await play(edge({ verify: true }), [
      { from: SENDER, to: [UNKNOWN, UNKNOWN, KNOWN] },
    ]);
    expect(codes(seen.replies[0])).toEqual(['550', '550', '250', '250']);
    expect(seen.replies[0]?.[0]).toMatch(
      /^550 5\.1\.1 <nobody@.*undeliverable address: 550 5\.1\.1/,
    );
    expect(bounces(seen)).toEqual([]);
    expect(seen.totals).toMatchObject({
      accepted: 1,
      bounces: 0,
      rcptRejects: { 550: 2 },
      last: { behindProbes: 2, behindSessions: 3 },
    });
  }, 20_000);

  it('a hosted service swallows for its accounts, and routes on all else', async () => {
    const seen = await play({ hosted: { accounts: ['jslopez', 'anna'] } }, [
      { from: '', to: [VICTIM] },
      { from: SENDER, to: [KNOWN] },
      { from: SENDER, to: [UNKNOWN] },
    ]);
    expect(seen.replies.map(codes)).toEqual([
      ['250', '250'],
      ['250', '250'],
      ['250', '250'],
    ]);
    expect(bounces(seen)).toHaveLength(1);
    expect(seen.totals).toMatchObject({
      accepted: 3,
      bounces: 1,
      last: { swallowed: 1, behindSessions: 1, behindProbes: 0 },
    });
    expect(seen.totals.last).not.toHaveProperty('linkBytes');
  });

  it('shows the configuration of both, those of the one in front by its name', async () => {
    const { configuration } = await play(
      { workers: 3, ...edge({ tuning: { workers: 7 }, verify: true }) },
      [],
    );
    expect(configuration).toContain('workers = 3');
    expect(configuration).toContain('edge: workers = 7');
    expect(configuration.some((line) => /^edge: stages = .*verify/.test(line))).toBe(true);
  });
});
