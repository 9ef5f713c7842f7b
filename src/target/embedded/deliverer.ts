// Accepted mail on its way to the sink: a queue in memory, a few connections that are kept open, and
// some more attempts where one fails. The message goes on byte by byte as it came.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool';
import { dial } from '../../guard/guard.ts';
import type { Site } from '../target.ts';

const CONNECTIONS = 10;
/** The gaps between the attempts; a sink on the same machine that fails longer than this is gone. */
const RETRY_GAPS_MS = [100, 300, 1000];

export interface Message {
  readonly reversePath: string;
  readonly recipients: readonly string[];
  readonly raw: Buffer;
}

/** What becomes of accepted mail. */
export interface Outlet {
  /** From now on the message is ours. @throws UserError when it cannot be kept; it then is not ours */
  accept(message: Message): void;
  /** Messages accepted and not yet delivered. */
  readonly queued: number;
  /** Messages given up. */
  readonly failed: number;
  /** Waits for the queue to become empty, so long at most. */
  drain(limitMs: number): Promise<void>;
}

type Transport = ReturnType<typeof makeTransport>;

export class Deliverer implements Outlet {
  readonly #transport: Transport;
  #queued = 0;
  #failed = 0;
  #onEmpty: () => void = () => undefined;

  constructor(sink: Site['sink']) {
    this.#transport = makeTransport(sink);
  }

  /** From now on the message is ours to deliver. */
  accept(message: Message): void {
    this.#queued += 1;
    this.#deliver(message).finally(() => {
      this.#queued -= 1;
      if (this.#queued === 0) this.#onEmpty();
    });
  }

  /** Messages accepted and not yet delivered. */
  get queued(): number {
    return this.#queued;
  }

  /** Messages given up. */
  get failed(): number {
    return this.#failed;
  }

  /** Waits for the queue to become empty, so long at most; ends the connections. */
  async drain(limitMs: number): Promise<void> {
    if (this.#queued > 0) {
      const timeUp = new AbortController();
      const empty = new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
      const limit = sleep(limitMs, undefined, { signal: timeUp.signal }).catch(() => undefined);
      await Promise.race([empty, limit]);
      timeUp.abort();
    }
    this.#transport.close();
  }

  async #deliver({ reversePath, recipients, raw }: Message): Promise<void> {
    for (const gapMs of [0, ...RETRY_GAPS_MS]) {
      if (gapMs > 0) await sleep(gapMs);
      try {
        await this.#transport.sendMail({
          envelope: { from: reversePath, to: [...recipients] },
          raw,
        });
        return;
      } catch {
        // The next attempt may do better; what is given up in the end is counted.
      }
    }
    this.#failed += 1;
  }
}

function makeTransport({ host, port }: Site['sink']) {
  const options: SMTPPoolOptions & { pool: true } = {
    pool: true,
    host,
    port,
    secure: false,
    ignoreTLS: true,
    maxConnections: CONNECTIONS,
    maxMessages: Number.POSITIVE_INFINITY,
    name: 'mail.test',
    getSocket: (_options, callback) => {
      connected(host, port).then(
        (connection) => callback(null, { connection }),
        (error: Error) => callback(error, false),
      );
    },
  };
  return createTransport(options);
}

async function connected(host: string, port: number): Promise<ReturnType<typeof dial>> {
  const socket = dial({ host, port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}
