import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { embedded } from '../../../src/target/embedded/embedded.ts';
import type { RunningTarget, Site } from '../../../src/target/target.ts';
import type { Delivery } from '../../../src/world/delivery.ts';
import { startSink } from '../../../src/world/sink.ts';
import { Client } from './client.ts';

const SITE: Site = {
  tuning: {},
  domain: 'xman.test',
  victim: 'jslopez@xman.test',
  recipients: ['anna@xman.test'],
  compress: 60,
  client: 'address',
  sink: { host: '127.0.0.1', port: 1 },
};

const running: RunningTarget[] = [];
let parent: ChildProcess | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  parent?.kill('SIGKILL');
  for (const target of running.splice(0)) await target.stop();
});

async function start(site: Partial<Site> = {}): Promise<RunningTarget> {
  const target = await embedded.start({ ...SITE, ...site });
  running.push(target);
  return target;
}

/** Our own children that run the embedded target (Linux). */
function childPids(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const [, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        return Number(ppid) === process.pid && command.includes('target/embedded/main.js');
      } catch {
        return false;
      }
    });
}

/** Whether anybody listens there; asked again until it is as expected. */
async function untilListening(address: RunningTarget['address'], expected: boolean): Promise<void> {
  for (;;) {
    const client = new Client(address);
    const listening = await Promise.race([
      once(client.socket, 'connect').then(
        () => true,
        () => false,
      ),
      client.ended.then(() => false),
    ]);
    client.socket.destroy();
    if (listening === expected) return;
  }
}

describe('the embedded target', () => {
  it('delivers what it accepts to the sink, which tells the ledger’s ids', async () => {
    const sink = await startSink('127.0.0.1');
    const deliveries: Delivery[] = [];
    sink.onDelivery((batch) => deliveries.push(...batch));
    const target = await start({ sink: { host: sink.host, port: sink.port } });
    const client = new Client(target.address);
    await client.reply();
    await client.say('HELO mx.isp.test');
    const mails = [
      [
        'ben@isp.test',
        'From: x\r\nmessage-id: <bb.l-7.2@isp.test>\r\n\r\nMessage-ID: <bb.no@x.test>',
      ],
      ['', 'Subject: none of ours\r\n\r\nMessage-ID: <bb.no@isp.test>'],
    ] as const;
    for (const [from, text] of mails) {
      await client.say(`MAIL FROM:<${from}>`);
      await client.say('RCPT TO:<anna@xman.test>');
      await client.say('DATA');
      expect(await client.say(`${text}\r\n.`)).toBe('250 OK: message queued');
    }
    expect(await target.stop()).toMatchObject({ sessions: 1, accepted: 2, warnings: [] });
    await sink.stop();
    const bytes = mails.map(([, text]) => text.length + 2);
    expect(deliveries.sort((a, b) => b.bytes - a.bytes)).toEqual([
      {
        kind: 'legitimate',
        id: 'l-7.2',
        atMs: expect.any(Number),
        reversePath: 'ben@isp.test',
        recipients: 1,
        bytes: bytes[0],
      },
      {
        kind: 'unsolicited',
        id: undefined,
        atMs: expect.any(Number),
        reversePath: '',
        recipients: 1,
        bytes: bytes[1],
      },
    ]);
  });

  it('says what it is, and every setting that is in force', async () => {
    const target = await start({ tuning: { errorLimit: 'off', recipients: { table: 'ldap' } } });
    expect(target.version).toMatch(/^embedded \d+\.\d+\.\d+ \(smtp-server \d+\.\d+\.\d+\)$/);
    expect(target.configuration).toEqual([
      'stages = relay, recipient, delivery, bounce',
      'workers = 100',
      'acceptQueue = 511',
      'errorLimit = off',
      'stress = off',
      'botFilter = off',
      'clientLimits = off',
      'reverseLookup = off',
      'spf = off',
      'victimRule = off',
      'senderRule = off',
      'recipients = ldap (simulated), 8 ms a look-up, 4 connections, 1 key',
      'checkOrder = recipient-last',
      'greylist = off',
      'contentFilter = off',
      'tls = off',
      'client = address',
    ]);
  });

  it('is sampled in its own process', async () => {
    const target = await start({ tuning: { contentFilter: { cpuMs: 200, waitMs: 0 } } });
    const before = await target.sample();
    const client = new Client(target.address);
    await client.reply();
    for (const line of ['HELO x', 'MAIL FROM:<>', 'RCPT TO:<anna@xman.test>', 'DATA', 'x\r\n.']) {
      await client.say(line);
    }
    const after = await target.sample();
    expect(after.cpuS).toBeGreaterThanOrEqual((before.cpuS ?? 0) + 0.2);
    expect(after.memoryBytes).toBeGreaterThan(10e6);
    expect(after).toMatchObject({ workersBusy: 1, acceptQueue: 0, listenOverflows: 0, queue: 1 });
  });

  it('leaves nobody listening, and no process, when it is stopped', async () => {
    const target = await start();
    await untilListening(target.address, true);
    await target.stop();
    await untilListening(target.address, false);
  });

  it.skipIf(process.platform !== 'linux')('tells when its process dies', async () => {
    const target = await start();
    const [pid, ...more] = childPids();
    expect(more).toEqual([]);
    process.kill(pid ?? Number.NaN, 'SIGINT');
    expect(await target.sample()).toHaveProperty('cpuS');
    process.kill(pid ?? Number.NaN, 'SIGKILL');
    expect(await target.died).toBe('the embedded target died: its process ended with SIGKILL');
    expect(await target.sample()).toEqual({});
    expect((await target.stop()).warnings).toEqual([
      'the embedded target gave no totals: its process ended with SIGKILL',
    ]);
    expect(childPids()).toEqual([]);
  });

  it('that cannot start is an error of the environment, and leaves no process', async () => {
    vi.stubEnv('TMPDIR', '/nonexistent');
    await expect(start({ tuning: { recipients: { table: 'cdb' } } })).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 3,
      hint: expect.stringMatching(/TMPDIR/),
    });
    if (process.platform === 'linux') expect(childPids()).toEqual([]);
  });

  it('goes with its parent, SIGKILL included, and leaves no file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
    const dist = new URL('../../../dist/', import.meta.url).href;
    const script = `
      import { embedded } from '${dist}target/embedded/embedded.js';
      const target = await embedded.start(${JSON.stringify({
        ...SITE,
        tuning: { recipients: { table: 'cdb' } },
      })});
      console.log(JSON.stringify(target.address));`;
    parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout ?? parent, 'data')) as [Buffer];
    const address = JSON.parse(line.toString()) as RunningTarget['address'];
    await untilListening(address, true);
    parent.kill('SIGKILL');
    await untilListening(address, false);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe('a tuning that the embedded target cannot apply', () => {
  it.each([
    [{ edge: { tuning: { recipients: { table: 'hash' } }, verify: false, link: {} } }, ['edge']],
    [{ edge: { tuning: {}, verify: true, link: {} } }, []],
    [{ hosted: { accounts: ['a'] } }, []],
    [{ stress: 'auto', postfix: { main: { a: 'b' }, master: {} } }, ['postfix']],
    [{ recipients: { table: 'hash' } }, ['recipients']],
    [{ stress: 'off', recipients: { table: 'cdb' }, workers: 2, victimRule: 'off' }, []],
    [{}, []],
  ] as const)('%j is refused for %j, with a reason', (tuning, settings) => {
    const refusals = embedded.refusals(tuning);
    expect(refusals.map(({ setting }) => setting)).toEqual(settings);
    for (const { reason } of refusals) expect(reason).toMatch(/embedded target/);
  });
});
