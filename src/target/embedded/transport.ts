// One way that mail goes on by SMTP: what the server at its end said of each recipient. The message goes on
// byte by byte as it came.
import { once } from 'node:events';
import { createTransport } from 'nodemailer';
import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool';
import { dial } from '../../guard/guard.ts';
import type { Address } from './ways.ts';

export interface Message {
  readonly reversePath: string;
  readonly recipients: readonly string[];
  readonly raw: Buffer;
}

/** A recipient that was refused for good. */
export interface Refusal {
  readonly recipient: string;
  /** As it was said, e.g. `550 5.1.1 …`. */
  readonly reply: string;
}

/** Recipients in neither have been taken. */
export interface Attempt {
  readonly refused: readonly Refusal[];
  readonly deferred: readonly string[];
}

export interface TransportOptions {
  readonly connections: number;
  /** Undefined: connections are kept open. */
  readonly messagesPerConnection?: number;
}

/** What the library says of a failure. */
interface Failure {
  readonly code?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly recipient?: string | undefined;
  readonly rejectedErrors?: readonly Failure[] | undefined;
}

/** A slow server is waited for, as smtp_helo_timeout has it. */
const GREETING_LIMIT_MS = 300_000;
/** In answer to what was said of the message; at the greeting it speaks of the server's own state. */
const OF_THE_MESSAGE = ['EENVELOPE', 'EMESSAGE'];

export class Transport {
  readonly #pool: ReturnType<typeof makePool>;

  constructor(to: Address, options: TransportOptions) {
    this.#pool = makePool(to, options);
  }

  /** Never rejects: what fails is tried again. */
  async send({ reversePath, recipients, raw }: Message): Promise<Attempt> {
    try {
      const info: { readonly rejectedErrors?: readonly Failure[] | undefined } =
        await this.#pool.sendMail({
          envelope: { from: reversePath, to: [...recipients] },
          raw,
        });
      return sorted(info.rejectedErrors ?? []);
    } catch (cause) {
      const failure = cause as Failure;
      // Some may have been refused before all the others were.
      const single = failure.rejectedErrors ?? [];
      const judged = new Set(single.map(({ recipient }) => recipient));
      const others = recipients.filter((recipient) => !judged.has(recipient));
      const ofOthers = others.map((recipient) => ({ ...ofMessage(failure), recipient }));
      return sorted([...single, ...ofOthers]);
    }
  }

  close(): void {
    this.#pool.close();
  }
}

function ofMessage({ code, responseCode, response }: Failure): Failure {
  if (!OF_THE_MESSAGE.includes(code ?? '')) return {};
  // Without a reply it is the library that cannot write such an address.
  return responseCode === undefined
    ? { responseCode: 553, response: '553 5.1.3 Bad address syntax' }
    : { responseCode, ...(response !== undefined && { response }) };
}

function sorted(failures: readonly Failure[]): Attempt {
  const refused: Refusal[] = [];
  const deferred: string[] = [];
  for (const { recipient = '', responseCode = 0, response } of failures) {
    if (responseCode < 500) deferred.push(recipient);
    else refused.push({ recipient, reply: response ?? String(responseCode) });
  }
  return { refused, deferred };
}

function makePool({ host, port }: Address, options: TransportOptions) {
  const pool: SMTPPoolOptions & { pool: true } = {
    pool: true,
    host,
    port,
    secure: false,
    ignoreTLS: true,
    greetingTimeout: GREETING_LIMIT_MS,
    maxConnections: options.connections,
    maxMessages: options.messagesPerConnection ?? Number.POSITIVE_INFINITY,
    name: 'mail.test',
    getSocket: (_options, callback) => {
      connected(host, port).then(
        (connection) => callback(null, { connection }),
        (error: Error) => callback(error, false),
      );
    },
  };
  return createTransport(pool);
}

async function connected(host: string, port: number): Promise<ReturnType<typeof dial>> {
  const socket = dial({ host, port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}
