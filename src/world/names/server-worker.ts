// The name server's thread: sockets, and how late an answer goes. What it says is wire-format.ts' work.
import { parentPort, workerData } from 'node:worker_threads';
import { EXIT, UserError } from '../../errors.ts';
import { type Datagrams, listen, listenDatagrams, makeServer } from '../../guard/guard.ts';
import { counter } from './counts.ts';
import { makeFaults } from './faults.ts';
import type { NamesJob, NamesMessage } from './server.ts';
import { Messages, prefixed } from './tcp-messages.ts';
import { respond, type Transport } from './wire-format.ts';
import { makeZone } from './zone.ts';

/** A client that keeps its connection for longer without a question is hung up on. */
const IDLE_MS = 10_000;

const { facts, host, port, counts } = workerData as NamesJob;
const zone = makeZone(facts);
const faultOf = makeFaults(facts);
const count = counter(counts);
const { delayMs } = facts.dns;

function serve(message: Buffer, transport: Transport, answer: (bytes: Uint8Array) => void): void {
  const response = respond(message, transport, zone, faultOf);
  if (!response) return;
  count(response);
  const { bytes } = response;
  if (!bytes) return;
  if (delayMs > 0) setTimeout(answer, delayMs, bytes);
  else answer(bytes);
}

const sockets = new Set<{ destroy(): unknown }>();
const server = makeServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => undefined);
  const messages = new Messages();
  socket.on('data', (chunk: Buffer) => {
    for (const message of messages.take(chunk)) {
      serve(message, 'tcp', (bytes) => {
        if (socket.writable) socket.write(prefixed(bytes));
      });
    }
  });
});

function tell(message: NamesMessage): void {
  parentPort?.postMessage(message);
}

async function open(): Promise<void> {
  const { port: taken } = await listen(server, { host, port });
  const datagrams: Datagrams = await listenDatagrams({ host, port: taken }, (message, answer) =>
    serve(message, 'udp', answer),
  );
  parentPort?.once('message', () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    // Of this thread: answers that are still delayed have nobody to go to.
    void datagrams.close().then(() => process.exit());
  });
  tell({ kind: 'ready', port: taken });
}

open().catch((error: unknown) => {
  const { message, exitCode, hint } =
    error instanceof UserError
      ? error
      : { message: String(error), exitCode: EXIT.bug, hint: undefined };
  tell({ kind: 'failed', message, exitCode, hint });
  server.close();
  parentPort?.close();
});
