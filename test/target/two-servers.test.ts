// What two servers are made of and what becomes of their figures, without a Postfix.
import { describe, expect, it } from 'vitest';
import { jointConfiguration } from '../../src/target/pair/configuration.ts';
import { mergeSamples, mergeTotals } from '../../src/target/pair/merge.ts';
import { LogTally } from '../../src/target/postfix/log.ts';
import { siteBehind, siteInFront } from '../../src/target/postfix/pair/roles.ts';
import { refusals } from '../../src/target/postfix/refusals.ts';
import { parsePort } from '../../src/target/postfix/sockets.ts';
import type { MessageAccount, Site } from '../../src/target/target.ts';
import type { Edge, Tuning } from '../../src/tuning/tuning.ts';

const NEXT = { host: '10.77.0.3', port: 4711 };

function site(tuning: Tuning): Site {
  return {
    tuning,
    domain: 'xman.test',
    victim: 'jslopez@xman.test',
    recipients: ['mary@xman.test'],
    compress: 1,
    client: 'proxy-v1',
    sink: { host: '10.77.0.2', port: 25 },
  };
}

const edge = (more: Partial<Edge> = {}): Edge => ({ tuning: {}, verify: false, link: {}, ...more });

describe('two servers made of one site', () => {
  it('gives the tuning to the server behind, which sees one client and believes it nothing', () => {
    const behind = siteBehind(site({ workers: 3, edge: edge({ tuning: { workers: 7 } }) }));
    expect(behind.tuning).toEqual({ workers: 3 });
    expect(behind.client).toBe('address');
    expect(behind.place).toMatchObject({ address: '10.77.0.3', label: 'behind', main: {} });
  });

  it('gives the edge a tuning of its own, and the way over the link', () => {
    const front = siteInFront(site({ workers: 3, edge: edge({ tuning: { workers: 7 } }) }), NEXT);
    expect(front.tuning).toEqual({ workers: 7 });
    expect(front.client).toBe('proxy-v1');
    expect(front.place).toEqual({
      address: '10.77.0.1',
      label: 'mx',
      main: { relay_transport: 'smtp:[10.77.0.3]:4711' },
      asksNext: false,
      handsOn: true,
    });
  });

  it('has an edge that verifies refuse for good, and keep no list', () => {
    const { tuning, place } = siteInFront(site({ edge: edge({ verify: true }) }), NEXT);
    expect(tuning.recipients).toBe('catch-all');
    expect(place).toMatchObject({
      asksNext: true,
      main: { unverified_recipient_reject_code: '550' },
    });
  });

  it.each([
    ['off', {}],
    [{ concurrent: 2 }, { smtpd_client_event_limit_exceptions: '$mynetworks, 10.77.0.1' }],
  ] as const)('excepts the server in front from clientLimits %j', (clientLimits, main) => {
    expect(siteBehind(site({ clientLimits, edge: edge() })).place.main).toEqual(main);
  });

  it('has a hosted service swallow for its accounts, and deliver to those that are mailboxes', () => {
    const accounts = ['jslopez', 'mary'];
    const { tuning, place } = siteInFront(site({ workers: 3, hosted: { accounts } }), NEXT);
    expect(tuning).toEqual({ recipients: 'catch-all' });
    expect(place.main['transport_maps']).toBe(
      'inline:{{jslopez@xman.test = discard:swallowed}, {mary@xman.test = smtp:[10.77.0.2]:25}}',
    );
  });
});

describe('what cannot be combined', () => {
  const reasons = (tuning: Tuning) => refusals(tuning).map((one) => [one.setting, one.reason]);

  it('names the raw setting of an edge that places it', () => {
    const raw = { main: { inet_interfaces: 'all' }, master: {} };
    expect(reasons({ edge: edge({ tuning: { postfix: raw } }) })).toEqual([
      ['edge', expect.stringMatching(/^inet_interfaces places/)],
    ]);
  });

  it.each<[string, Tuning]>([
    ['postgrey', { greylist: { delayMs: 1, windowMs: 2 } }],
    ['slapd', { recipients: { table: 'ldap' } }],
    ['content-filter', { contentFilter: { cpuMs: 1, waitMs: 0 } }],
  ])('refuses %s on both servers, and takes it on either', (name, tuning) => {
    expect(reasons({ ...tuning, edge: edge({ tuning }) })).toEqual([
      ['edge', `both servers would have ${name}: leave it to one of them`],
    ]);
    expect(reasons({ ...tuning, edge: edge() })).toEqual([]);
    expect(reasons({ edge: edge({ tuning }) })).toEqual([]);
  });
});

describe('the configuration of two servers', () => {
  it('is that of the server behind, and of the one in front what differs from it', () => {
    const behind = [
      '# laboratory: a note',
      'mynetworks =',
      'myhostname = behind.xman.test',
      'smtpd_client_connection_rate_limit = 1',
      'master.cf: 25 inet n - n - 100 smtpd',
      'master.cf: smtp unix - - n - - smtp',
    ];
    const front = [
      'mynetworks =',
      'myhostname = mx.xman.test',
      'master.cf: 25 inet n - n - 7 smtpd',
      'master.cf: smtp unix - - n - - smtp',
    ];
    expect(jointConfiguration(behind, front, 'edge')).toEqual([
      ...behind,
      'edge: myhostname = mx.xman.test',
      'edge: master.cf: 25 inet n - n - 7 smtpd',
      'edge: smtpd_client_connection_rate_limit (not set)',
    ]);
  });
});

describe('the figures of two servers', () => {
  const between = { behindSessions: 4, behindProbes: 1, swallowed: 0, linkBytes: 900 };

  it('adds up what both use, and leaves the sessions to the one in front', () => {
    const front = { cpuS: 2, memoryBytes: 10, queue: 1, workersBusy: 5, queueOldestS: 3 };
    const behind = { cpuS: 1, memoryBytes: 30, queue: 2, workersBusy: 1, queueOldestS: 9 };
    expect(mergeSamples(front, behind, between)).toEqual({
      cpuS: 3,
      memoryBytes: 40,
      queue: 3,
      workersBusy: 5,
      queueOldestS: 9,
      behindCpuS: 1,
      behindMemoryBytes: 30,
      behindWorkersBusy: 1,
      ...between,
    });
  });

  it('says nothing of a sum that only one of them tells', () => {
    expect(mergeSamples({ cpuS: 2, queue: 1 }, { queue: 1 }, between)).toEqual({
      queue: 2,
      ...between,
    });
  });

  const account = (counts: Partial<MessageAccount>): MessageAccount => ({
    queueId: 'F',
    accepted: 1,
    sent: 0,
    bounced: 0,
    deferred: 0,
    ...counts,
  });
  const totals = (messages: Readonly<Record<string, MessageAccount>>) => ({
    sessions: 3,
    bounces: 1,
    logBytes: 100,
    messages: new Map(Object.entries(messages)),
    warnings: ['a'],
  });

  it.each([
    ['delivered by the server behind', { sent: 2 }, { sent: 2 }, { sent: 2 }],
    ['refused by it', { sent: 1, bounced: 1 }, { sent: 1 }, { sent: 1, bounced: 1 }],
    ['bounced by it', { sent: 2 }, { sent: 1, bounced: 1 }, { sent: 1, bounced: 1 }],
    ['waiting there', { sent: 2 }, { sent: 1, deferred: 1 }, { sent: 1, deferred: 1 }],
    ['waiting in front of it', { deferred: 1 }, undefined, { deferred: 1 }],
  ])('follows a message to its end: %s', (_, front, behind, end) => {
    const merged = mergeTotals(
      totals({ m1: account(front) }),
      totals(behind ? { m1: account({ ...behind, queueId: 'B' }) } : {}),
    );
    expect(merged.messages?.get('m1')).toEqual(account(end));
    expect(merged).toMatchObject({
      sessions: 3,
      bounces: 2,
      logBytes: 200,
      warnings: ['a', 'The server behind: a'],
    });
  });

  it.each([
    [
      'taken',
      'relay=10.77.0.3[10.77.0.3]:25, delay=0.2, dsn=2.1.5, status=deliverable (250 ok)',
      1,
    ],
    [
      'refused',
      'relay=10.77.0.3[10.77.0.3]:25, delay=0.2, dsn=5.1.1, status=undeliverable (550 no)',
      1,
    ],
    ['never asked', 'relay=none, delay=9, dsn=4.4.1, status=undeliverable (timed out)', 0],
    ['a message', 'relay=10.77.0.3[10.77.0.3]:25, delay=0.2, dsn=2.0.0, status=sent (250 ok)', 0],
    [
      'a refused one',
      'relay=10.77.0.3[10.77.0.3]:25, delay=0.2, dsn=5.1.1, status=bounced (550 no)',
      0,
    ],
  ])('counts the questions of the server in front by its own log: %s', (_, end, asked) => {
    const tally = new LogTally();
    tally.line(`Nov 23 18:13:59 mx postfix/smtp[109]: C7: to=<a@xman.test>, ${end}`);
    expect(tally.messages.asked).toBe(asked);
  });

  it('counts what a server swallows, and not what it was only asked about', () => {
    const tally = new LogTally();
    const line = (status: string) =>
      `Nov 23 18:14:02 mx postfix/discard[9]: C7: to=<a@xman.test>, relay=none, dsn=2.0.0, status=${status} (swallowed)`;
    tally.line(line('sent'));
    tally.line(line('deliverable'));
    expect(tally.messages.discarded).toBe(1);
  });

  it('tells the ports of two servers apart by their addresses', () => {
    const session = 'ESTAB 0 0 10.77.0.3:25 10.77.0.1:33000\n';
    const text = `LISTEN 7 100 10.77.0.1:25 0.0.0.0:*
LISTEN 1 100 10.77.0.3:25 0.0.0.0:*
${session}`;
    expect(parsePort(text, '10.77.0.1')).toMatchObject({ acceptQueue: 7, accepted: 0 });
    expect(parsePort(text, '10.77.0.3')).toMatchObject({ acceptQueue: 1, accepted: 0 });
    expect(parsePort(`${text}${session}`, '10.77.0.3').accepted).toBe(1);
  });
});
