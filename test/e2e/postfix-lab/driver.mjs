// Runs inside the laboratory: starts a Postfix for each case that it is given as JSON, speaks the
// case's dialogues to it, and prints what it saw as one JSON document. Started by the tests.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { dial, LABORATORY } from '../../../dist/guard/guard.js';
import { DEFAULT_DNS } from '../../../dist/scenario/scenario.js';
import { postfix } from '../../../dist/target/postfix/postfix.js';
import { readProcesses } from '../../../dist/target/postfix/processes.js';
import { insideLaboratory, openLaboratory } from '../../../dist/world/laboratory.js';
import { setUpLaboratory } from '../../../dist/world/laboratory-setup.js';
import { startNames } from '../../../dist/world/names/server.js';
import { startSink } from '../../../dist/world/sink.js';
import { speakTls } from '../../target/tls-dialogue.mjs';

const [mode, file] = process.argv.slice(2);

/**
 * Sends each line after the reply to the one before; `null` hangs up without a word, '' waits for one
 * reply more. Ends at 421 or 521. How long each reply took goes into `waits`, in ms.
 */
function speak(address, { from, preface, lines }, waits = []) {
  return new Promise((resolve) => {
    const socket = dial({ ...address, localAddress: from });
    if (preface !== undefined) socket.write(preface, 'latin1');
    const replies = [];
    let rest = '';
    let since = performance.now();
    socket.setEncoding('latin1');
    socket.setTimeout(10_000, () => socket.destroy(new Error('silence')));
    let hungUp = false;
    socket.on('error', (error) => {
      // A server that hangs up resets the connection when a command was still on its way.
      if (!hungUp) replies.push(`! ${error.code ?? error.message}`);
    });
    socket.on('close', () => resolve(replies));
    socket.on('data', (chunk) => {
      const parts = (rest + chunk).split('\r\n');
      rest = parts.pop();
      for (const reply of parts) {
        if (/^\d{3}-/.test(reply)) continue;
        const line = lines[replies.length];
        replies.push(reply);
        waits.push(performance.now() - since);
        since = performance.now();
        hungUp ||= /^[45]21 /.test(reply);
        if (line === null) socket.destroy();
        else if (line !== undefined && line !== '' && !hungUp) socket.write(`${line}\r\n`);
      }
    });
  });
}

/** The simulated internet of each case, as a run has it: hosts of seed 1, of which the first 1000 send. */
async function play(one) {
  const names = await startNames({
    seed: 1,
    domain: 'target.test',
    senders: 1000,
    bots: one.bots ?? [],
    providers: [],
    dns: { ...DEFAULT_DNS, ...one.dns },
  });
  const sink = await startSink(LABORATORY.sink, 25, { domain: 'target.test' });
  try {
    return { ...(await playInto(sink, one)), questions: names.counts() };
  } finally {
    // Their threads would keep this program alive.
    await sink.stop();
    await names.stop();
  }
}

/**
 * What the target tells when the first process of this name is killed: of two servers the one behind.
 * Only the laboratory's are seen here.
 */
function afterKilling(name, target) {
  const found = readProcesses().filter((one) => one.name.startsWith(name));
  if (found.length === 0) throw new Error(`no process of the name ${name}`);
  process.kill(Math.min(...found.map(({ pid }) => pid)), 'SIGKILL');
  return target.died;
}

/** Names of all but the laboratory's first process and this one. What was ended may take a moment to go. */
async function leftProcesses() {
  const others = () => readProcesses().filter(({ pid }) => pid !== 1 && pid !== process.pid);
  for (let tries = 0; tries < 40 && others().length > 0; tries += 1) await sleep(50);
  return others().map(({ name }) => name);
}

function isFull({ workersBusy, acceptQueue }, tuning) {
  return workersBusy >= tuning.workers && acceptQueue >= tuning.acceptQueue;
}

async function playInto(
  sink,
  { tuning, client = 'address', recipients, talks, keepOpen = 0, compress = 1, kills },
) {
  const deliveries = [];
  sink.onDelivery((batch) => deliveries.push(...batch));
  const target = await postfix.start({
    tuning,
    domain: 'target.test',
    victim: 'victim@target.test',
    recipients,
    compress,
    client,
    sink,
  });
  const replies = [];
  const waits = [];
  const secured = [];
  /** A ticket of each version of TLS. */
  const sessions = new Map();
  for (const talk of talks) {
    if (talk.waitMs !== undefined) await sleep(talk.waitMs);
    else if (talk.leaves) {
      const socket = dial({ ...target.address, localAddress: talk.from });
      await once(socket, 'connect');
      await once(socket.resume().end(), 'close');
    } else if (talk.tls !== undefined) {
      const socket = dial({ ...target.address, localAddress: talk.from });
      const said = await speakTls(socket, talk.lines, talk.tls, sessions.get(talk.tls));
      sessions.set(talk.tls, said.session);
      replies.push(said.replies);
      secured.push({ protocol: said.protocol, resumed: said.resumed });
    } else {
      waits.push([]);
      replies.push(await speak(target.address, talk, waits.at(-1)));
    }
  }
  const held = Array.from({ length: keepOpen }, (_, i) =>
    dial({ ...target.address, localAddress: `10.129.1.${i + 1}` }).on('error', () => {}),
  );
  // Until workers and queue are full: a connection that was dropped is tried again after a second.
  let sample = await target.sample();
  let peakQueue = sample.acceptQueue;
  for (let tries = 0; tries < 200 && keepOpen > 0 && !isFull(sample, tuning); tries += 1) {
    await sleep(100);
    sample = await target.sample();
    peakQueue = Math.max(peakQueue, sample.acceptQueue);
  }
  for (const socket of held) socket.destroy();
  const died = kills === undefined ? undefined : await afterKilling(kills, target);
  const totals = await target.stop();
  const left = await leftProcesses();
  // The sink tells what arrived in batches, and all of it when it stops.
  await sink.stop();
  const { version, configuration } = target;
  return {
    replies,
    waits,
    died,
    secured,
    sample,
    peakQueue,
    totals,
    messages: [...(totals.messages ?? [])],
    left,
    deliveries,
    version,
    configuration,
  };
}

async function main() {
  if (!insideLaboratory()) return openLaboratory(process.argv.slice(1)).ended();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      writeFileSync(file, `cleaned up after ${signal}\n`, { flag: 'a' });
      process.exit(42);
    });
  }
  setUpLaboratory();
  if (mode === 'hold') {
    await postfix.start({
      tuning: {},
      domain: 'target.test',
      victim: 'victim@target.test',
      recipients: [],
      compress: 1,
      client: 'address',
      sink: { host: '127.0.0.1', port: 9 },
    });
    writeFileSync(file, 'up\n');
    await sleep(60_000);
    return 0;
  }
  const results = [];
  for (const one of JSON.parse(readFileSync(file, 'utf8'))) {
    results.push(
      await play(one).catch((error) => ({
        error: { message: error.message, hint: error.hint, exitCode: error.exitCode },
      })),
    );
  }
  console.log(JSON.stringify(results));
  return 0;
}

process.exitCode = await main();
