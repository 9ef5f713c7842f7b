// `npm run bench`: our generator beside smtp-source and nodemailer's connection, all into one smtp-sink,
// in turn, so that a noisy machine is noisy for all. Prints medians and ratios; absolute figures are
// this machine's only.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { listen, makeServer } from '../guard/guard.ts';

const run = promisify(execFile);
const SINK = '/usr/sbin/smtp-sink';
const SOURCE = '/usr/sbin/smtp-source';
const SESSIONS = 20_000;
const AT_ONCE = 100;
const BYTES = 4096;
const REPEATS = 5;
const HELD = 10_000;
const SOURCES = 130_000;

interface Sample {
  readonly cpuUs: number;
  readonly wallUs: number;
}

async function freePort(): Promise<number> {
  const server = makeServer({}, () => undefined);
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

async function ours(program: string, port: number): Promise<Sample> {
  const { stdout } = await run(process.execPath, [
    script(program),
    ...[port, SESSIONS, AT_ONCE, BYTES].map(String),
  ]);
  const sample = JSON.parse(stdout) as Sample & { accepted: number };
  if (sample.accepted !== SESSIONS) {
    throw new Error(`${program}: ${sample.accepted} of ${SESSIONS} messages accepted`);
  }
  return sample;
}

/** bash's own `time` tells the CPU of a finished child to the millisecond. */
async function smtpSource(port: number): Promise<Sample> {
  const command = `TIMEFORMAT='%R %U %S'; time ${SOURCE} -s ${AT_ONCE} -l ${BYTES} -m ${SESSIONS} -f a@sender.example -t b@xman.test 127.0.0.1:${port}`;
  const { stderr } = await run('bash', ['-c', command]);
  const [wall = 0, user = 0, system = 0] =
    stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return { cpuUs: ((user + system) * 1e6) / SESSIONS, wallUs: (wall * 1e6) / SESSIONS };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function comparison(): Promise<void> {
  const port = await freePort();
  // -p: no PIPELINING, so that everybody talks in lock-step as smtp-source does. Root must name a user.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const sink = spawn(SINK, [...user, '-c', '-p', '-m', '20000', `127.0.0.1:${port}`, '4096'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await sleep(500);
    const contenders = {
      blowback: () => ours('./generate.js', port),
      'smtp-source': () => smtpSource(port),
      nodemailer: () => ours('./nodemailer-load.js', port),
    };
    const samples: Record<string, Sample[]> = { blowback: [], 'smtp-source': [], nodemailer: [] };
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      for (const [name, play] of Object.entries(contenders)) samples[name]?.push(await play());
    }
    const base = samples['blowback']?.map(({ cpuUs }) => cpuUs) ?? [];
    console.log(
      `CPU per session: ${SESSIONS} sessions of one ${BYTES}-byte message, ${AT_ONCE} at once, lock-step (smtp-sink -p), medians of ${REPEATS} interleaved repeats\n`,
    );
    console.log(
      'generator      CPU µs/session   wall µs/session   blowback/this (pairwise median)',
    );
    for (const [name, own] of Object.entries(samples)) {
      const ratios = own.map(({ cpuUs }, i) => (base[i] ?? Number.NaN) / cpuUs);
      console.log(
        `${name.padEnd(14)} ${median(own.map((s) => s.cpuUs))
          .toFixed(0)
          .padStart(14)} ${median(own.map((s) => s.wallUs))
          .toFixed(0)
          .padStart(17)}   ${median(ratios).toFixed(2).padStart(8)}`,
      );
    }
  } finally {
    sink.kill();
  }
}

async function held(): Promise<void> {
  const { stdout } = await run(process.execPath, [script('./hold.js'), String(HELD)]);
  const { held, bytesPerSession } = JSON.parse(stdout) as { held: number; bytesPerSession: number };
  console.log(
    `\nmemory: ${held} sessions held open, ${(bytesPerSession / 1024).toFixed(1)} KiB each`,
  );
}

async function choice(): Promise<void> {
  const { stdout } = await run(process.execPath, [
    '--expose-gc',
    script('./choose.js'),
    String(SOURCES),
  ]);
  const { usPerSession, bytes } = JSON.parse(stdout) as { usPerSession: number; bytes: number };
  console.log(
    `\nchoice: a host and its message ${usPerSession.toFixed(1)} µs per session (limit 10); ${SOURCES} sources, all busy, ${(bytes / 1e6).toFixed(0)} MB (limit 100)`,
  );
}

async function accuracy(): Promise<void> {
  const { stdout } = await run(process.execPath, [script('./accuracy.js'), '50', '120']);
  const { bannerP50, rcptP50, lagP50, lagP99 } = JSON.parse(stdout) as Record<string, number>;
  const ms = (value: number | undefined): string => (value ?? Number.NaN).toFixed(1);
  console.log(
    `\naccuracy: server with 50 ms to the banner and 120 ms to RCPT, 100 sessions/s: p50 measured ${ms(bannerP50)} and ${ms(rcptP50)} ms; sent late by p50 ${ms(lagP50)}, p99 ${ms(lagP99)} ms`,
  );
}

if (existsSync(SINK) && existsSync(SOURCE)) await comparison();
else
  console.log(
    'CPU per session: skipped, smtp-source and smtp-sink are in the Debian package postfix',
  );
await choice();
await held();
await accuracy();
