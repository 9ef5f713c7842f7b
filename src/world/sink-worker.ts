// The sink's thread: takes what its store takes, and keeps nothing of a message but one record of it.
import { parentPort, workerData } from 'node:worker_threads';
import { nowMs } from '../clock.ts';
import { EXIT, UserError } from '../errors.ts';
import { listen, makeServer } from '../guard/guard.ts';
import { classify, type Envelope, MOST_READ } from './classify.ts';
import type { Delivery } from './delivery.ts';
import { isFirstLooker } from './first-look.ts';
import { MailStore } from './mail-store.ts';
import { Samples } from './message-sample.ts';
import { OpenTransactions } from './open-transactions.ts';
import { PromptServer, type Socket } from './prompt-server.ts';
import type { SinkMessage, SinkOrders } from './sink.ts';

const BATCH_MS = 100;
/** Above the kernel's usual limit, which then decides. */
const BACKLOG = 4096;

const { host, port, store } = workerData as SinkOrders;
const mailStore = new MailStore(store);
const sockets = new Set<Socket>();
const samples = new Samples();
let batch: Delivery[] = [];
let timer: NodeJS.Timeout | undefined;
let stopping = false;

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

const transactions = new OpenTransactions(({ reversePath, taken }) => {
  // It is we who end the sessions that are still there at the stop.
  if (stopping) return;
  const atMs = nowMs();
  record({ kind: 'probe', id: undefined, atMs, reversePath, recipients: taken, bytes: 0 });
});

function onMessage(envelope: Envelope, head: string, bytes: number): void {
  if ([envelope.reversePath, ...envelope.recipients].some(isFirstLooker)) return;
  const { bounce, kind, id } = classify(envelope, head);
  // Of what left the target's domain and answers no legitimate mail.
  const isStray = envelope.leaves && kind !== 'legitimate' && bounce?.about === undefined;
  const sample = isStray ? samples.take(kind, envelope, head) : undefined;
  record({
    kind,
    id,
    atMs: nowMs(),
    reversePath: envelope.reversePath,
    recipients: envelope.recipients.length,
    bytes,
    ...(bounce && { bounce }),
    ...(sample && { sample }),
  });
}

const UNKNOWN = Object.assign(new Error('5.1.1 No such mailbox here'), { responseCode: 550 });

const smtp = new PromptServer({
  onMailFrom: ({ address }, session, callback) => {
    transactions.begin(session, address);
    callback();
  },
  onRcptTo: ({ address }, session, callback) => {
    const taken = mailStore.takes(address);
    if (!isFirstLooker(address)) transactions.recipient(session, taken);
    callback(taken ? null : UNKNOWN);
  },
  onData: (stream, session, callback) => {
    transactions.message(session);
    const { mailFrom, rcptTo } = session.envelope;
    const reversePath = mailFrom ? mailFrom.address : '';
    const recipients = rcptTo.map(({ address }) => address);
    const leaves = recipients.some((recipient) => mailStore.isElsewhere(recipient));
    let head = '';
    stream.on('data', (chunk: Buffer) => {
      // What stays in the domain is told by its header.
      if (head.length >= MOST_READ || (!leaves && head.includes('\r\n\r\n'))) return;
      head += chunk.toString('latin1');
    });
    stream.on('end', () => {
      onMessage({ reversePath, recipients, leaves }, head, stream.byteLength);
      callback();
    });
    stream.on('error', () => undefined);
  },
  onClose: (session) => transactions.abandon(session),
});

const server = makeServer({ noDelay: true }, (socket) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  smtp.connect(socket);
});

function stop(): void {
  stopping = true;
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
