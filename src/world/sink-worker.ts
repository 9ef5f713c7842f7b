// The sink's thread: accepts every message, keeps nothing but one record of it.
import { parentPort, workerData } from 'node:worker_threads';
import { nowMs } from '../clock.ts';
import { EXIT, UserError } from '../errors.ts';
import { listen, makeServer } from '../guard/guard.ts';
import { type Delivery, LEDGER_ID } from './delivery.ts';
import { PromptServer, type Socket } from './prompt-server.ts';
import type { SinkMessage } from './sink.ts';

const BATCH_MS = 100;
/** Header fields end within this, or the message is none of ours. */
const MAX_HEADER_BYTES = 65536;
/** Above the kernel's usual limit, which then decides. */
const BACKLOG = 4096;

const { host, port } = workerData as { host: string; port: number };
const sockets = new Set<Socket>();
let batch: Delivery[] = [];
let timer: NodeJS.Timeout | undefined;

function tell(message: SinkMessage): void {
  parentPort?.postMessage(message);
}

function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  if (batch.length > 0) tell({ kind: 'batch', deliveries: batch });
  batch = [];
}

function record(delivery: Delivery): void {
  batch.push(delivery);
  timer ??= setTimeout(flush, BATCH_MS);
}

const smtp = new PromptServer({
  onMailFrom: (_address, _session, callback) => callback(),
  onRcptTo: (_address, _session, callback) => callback(),
  onData: (stream, session, callback) => {
    const reversePath = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
    const recipients = session.envelope.rcptTo.length;
    let head = '';
    stream.on('data', (chunk: Buffer) => {
      if (head.length < MAX_HEADER_BYTES && !head.includes('\r\n\r\n')) {
        head += chunk.toString('latin1');
      }
    });
    stream.on('end', () => {
      const header = head.split('\r\n\r\n', 1)[0] ?? '';
      const id = LEDGER_ID.exec(header)?.[1];
      record({ id, atMs: nowMs(), reversePath, recipients, bytes: stream.byteLength });
      callback();
    });
    stream.on('error', () => undefined);
  },
});

const server = makeServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  smtp.connect(socket);
});

function stop(): void {
  server.close();
  for (const socket of sockets) socket.destroy();
  flush();
  tell({ kind: 'stopped' });
  parentPort?.close();
}

parentPort?.once('message', stop);
listen(server, { host, port, backlog: BACKLOG }).then(
  (address) => tell({ kind: 'ready', ...address }),
  (error: unknown) => {
    const { message, exitCode, hint } =
      error instanceof UserError
        ? error
        : { message: String(error), exitCode: EXIT.bug, hint: undefined };
    tell({ kind: 'failed', message, exitCode, hint });
    parentPort?.close();
  },
);
