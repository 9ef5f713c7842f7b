// `blowback target` as its users meet it: other people's clients, signals, and what it says of itself.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Client } from '../target/embedded/client.ts';
import { lacks } from './cli/needs.ts';
import { Folder, type Started, until } from './cli/program.ts';

const OWN = fileURLToPath(import.meta.url);

const folder = new Folder();
const running: Started[] = [];
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
});

interface Standing extends Started {
  readonly address: { readonly host: string; readonly port: number };
  readonly known: string;
}

async function stand(...args: readonly string[]): Promise<Standing> {
  const started = folder.start(['target', '--listen', '127.0.0.1:0', ...args]);
  running.push(started);
  const said = () => started.said.stdout + started.said.stderr;
  await until('a line that names mailboxes', () => /^known: .*\n/m.test(said()));
  const port = Number(/^ready: 127\.0\.0\.1:(\d+), embedded \d/m.exec(said())?.[1]);
  const known = /^known: ([^,\s]+)/m.exec(said())?.[1] ?? '';
  return { ...started, address: { host: '127.0.0.1', port }, known };
}

async function countersAfter({ child, ended }: Standing) {
  child.kill('SIGTERM');
  const { exit, stdout, stderr } = await ended;
  expect(exit).toBe(0);
  expect(stderr).not.toMatch(/bug|Debugger/);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Another program, to its end. It is ended by a signal where it goes on for ever. */
async function play(command: string, args: readonly string[], seconds?: number) {
  const child = spawn(command, args, { cwd: folder.path, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const timer = seconds && setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  const exit = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { exit, output };
}

async function greeted({ address }: Standing, ...lines: readonly string[]): Promise<Client> {
  const client = new Client(address);
  expect(await client.reply()).toBe('220 mail.test ESMTP');
  for (const line of lines) await client.say(line);
  return client;
}

describe("other people's clients", () => {
  it.skipIf(lacks('clients', 'python3', ['python3', '-c', 'import smtplib']))(
    'smtplib delivers, in clear and over TLS, and hears 550',
    async () => {
      const target = await stand('--json', '--set', 'tuning.tls=may');
      const { exit, output } = await play('python3', [
        '-c',
        `import smtplib, sys
s = smtplib.SMTP('127.0.0.1', ${target.address.port})
s.sendmail('a@b.test', ['${target.known}'], 'Subject: x\\r\\n\\r\\nx')
try: s.sendmail('a@b.test', ['nobody@xman.test'], 'x')
except smtplib.SMTPRecipientsRefused as e: print(e)
s.starttls()
s.sendmail('a@b.test', ['${target.known}'], 'Subject: x\\r\\n\\r\\nx')
print(s.quit())`,
      ]);
      expect(output).toMatch(/550, b'5\.1\.1 <nobody@xman\.test>/);
      expect(output).toContain("(221, b'Bye')");
      expect(exit).toBe(0);
      expect(await countersAfter(target)).toMatchObject({
        accepted: 2,
        rcptRejects: { 550: 1 },
        sessions: 1,
      });
    },
  );

  it.skipIf(lacks('clients', 'the package swaks', ['swaks', '--version']))(
    'swaks delivers over STARTTLS',
    async () => {
      const mail = join(folder.path, 'swaks');
      const target = await stand('--json', '--set', 'tuning.tls=may', '--maildir', mail);
      const { exit, output } = await play('swaks', [
        ...['--server', `127.0.0.1:${target.address.port}`, '-tls'],
        ...['--from', 'a@b.test', '--to', target.known],
      ]);
      expect(output).toContain('<~  250 OK: message queued');
      expect(exit).toBe(0);
      expect(readdirSync(join(mail, 'new'))).toHaveLength(1);
      expect(await countersAfter(target)).toMatchObject({ accepted: 1 });
    },
  );

  it.skipIf(lacks('clients', 'smtp-source of the package postfix', ['which', 'smtp-source']))(
    'smtp-source delivers as much as it was told to',
    async () => {
      const target = await stand('--json');
      const { exit, output } = await play('smtp-source', [
        ...['-m', '100', '-s', '10', '-f', 'a@b.test', '-t', target.known],
        `127.0.0.1:${target.address.port}`,
      ]);
      expect({ exit, output }).toEqual({ exit: 0, output: '' });
      expect(await countersAfter(target)).toMatchObject({ accepted: 100, sessions: 100 });
    },
  );

  it.skipIf(lacks('clients', 'the package postal', ['which', 'postal']))(
    'postal delivers, whoever its list of users names',
    async () => {
      const list = await folder.run(['target', '--mailboxes']);
      expect(list.stdout.trim().split('\n')).toHaveLength(200);
      const users = folder.file('users', list.stdout);
      const target = await stand('--json');
      const load = play(
        'postal',
        ['-t', '5', '-r', '600', '-m', '1', '-M', '1', `[127.0.0.1]${target.address.port}`, users],
        4,
      );
      const { output } = await load;
      expect(output).not.toMatch(/error|can't/i);
      const counters = await countersAfter(target);
      expect(counters).toMatchObject({ rcptRejects: {} });
      expect(counters['accepted']).toBeGreaterThan(10);
    },
  );
});

describe('signals', () => {
  it('SIGUSR1 tells the counters, and it goes on', async () => {
    const target = await stand('--json');
    const client = await greeted(target, 'HELO a.test', 'MAIL FROM:<>', 'RCPT TO:<x@xman.test>');
    target.child.kill('SIGUSR1');
    await until('a line of counters', () => target.said.stdout.endsWith('\n'));
    expect(JSON.parse(target.said.stdout)).toMatchObject({
      address: `127.0.0.1:${target.address.port}`,
      workers: { now: 1, peak: 1 },
      rcptRejects: { 550: 1 },
    });
    expect(await client.say('NOOP')).toMatch(/^250/);
    // Node's own answer to the signal.
    expect(target.said.stderr).not.toContain('Debugger');
    client.socket.destroy();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'on %s a session is told 421, and the counters come',
    async (signal) => {
      const target = await stand();
      const client = await greeted(target);
      target.child.kill(signal);
      expect(await client.reply()).toBe('421 4.3.2 mail.test Service shutting down');
      client.socket.destroy();
      const { exit, stdout } = await target.ended;
      expect(exit).toBe(0);
      expect(stdout).toMatch(/sessions +1, 1 of them silent\n/);
    },
  );

  it('a second Ctrl-C does not wait for a message that is coming in', async () => {
    const target = await stand('--json');
    const line = ['HELO a.test', 'MAIL FROM:<>', `RCPT TO:<${target.known}>`, 'DATA'];
    const client = await greeted(target, ...line);
    const other = await greeted(target);
    target.child.kill('SIGINT');
    // Heard: the first signal has arrived.
    expect(await other.reply()).toMatch(/^421/);
    target.child.kill('SIGINT');
    const { exit, stdout } = await target.ended;
    expect(exit).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: 0, sessions: 2 });
    expect(await client.ended).toMatch(/closed|ECONNRESET/);
    other.socket.destroy();
  });
});

describe('what it stands for', () => {
  it("a scenario's variant, with what is set on top of it", async () => {
    const target = await stand(
      ...['--scenario', 'deluge-2008', '--variant', 'two-workers', '--verbose'],
      ...['--set', 'tuning.workers=5', '--set', 'world.mailboxes=2'],
    );
    await until('its configuration', () => target.said.stdout.includes('client = '));
    expect(target.said.stdout).toContain('deluge-2008, variant two-workers\n');
    expect(target.said.stdout).toContain('  workers = 5\n');
    expect(target.said.stdout).toMatch(/greylist = delay 500 ms/);
    expect(target.said.stdout).toMatch(/^known: [^,\s]+, [^,\s]+$/m);
  });

  it('names are there for SPF and block lists', async () => {
    const target = await stand('--json', '--set', 'tuning.spf=on');
    const lines = ['HELO a.test', 'MAIL FROM:<a@b.test>', `RCPT TO:<${target.known}>`];
    (await greeted(target, ...lines)).socket.destroy();
    const { stages } = await countersAfter(target);
    expect(stages).toContainEqual(expect.objectContaining({ stage: 'spf', asked: 1 }));
  });

  it.each([
    ['--listen 192.0.2.1:2525', 4, /not on this machine's loopback/],
    ['--listen 0.0.0.0:2525', 4, /not on this machine's loopback/],
    ['--listen 2525', 2, /expected host:port/],
    ['--set tuning.worker=3', 2, /did you mean "workers"/],
    ['--set tuning.hosted.accounts=[a]', 2, /^blowback: hosted: /m],
    ['--set tuning.spfRecord.honoured=40%', 2, /^blowback: spfRecord: .*nobody of ours sends/m],
    ['--variant stock', 2, /--scenario/],
    ['--set tuning.recipients={"table":"text","path":"/nowhere"}', 3, /\/nowhere/],
    [`--mailboxes --set tuning.recipients={"table":"text","path":"${OWN}"}`, 2, /the tuning's own/],
  ])('`target %s` ends with %i', async (args, code, words) => {
    const { exit, stdout, stderr } = await folder.run(['target', ...args.split(' ')]);
    expect(exit).toBe(code);
    expect(stdout).toBe('');
    expect(stderr).toMatch(words);
  });

  it('a port in use ends with 3 and says so', async () => {
    const target = await stand();
    const taken = `127.0.0.1:${target.address.port}`;
    const { exit, stderr } = await folder.run(['target', '--listen', taken]);
    expect(exit).toBe(3);
    expect(stderr).toContain(`cannot listen on ${taken}`);
    expect(stderr).toContain('choose another port');
  });
});
