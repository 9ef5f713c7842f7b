// A scripted SMTP client for the tests: says a line, hears the whole reply, or learns how it ended.
import { once } from 'node:events';
import { dial } from '../../../src/guard/guard.ts';

type Address = { readonly host: string; readonly port: number };

export class Client {
  readonly socket;
  /** `closed`, or the code of the error that ended the connection. */
  readonly ended: Promise<string>;
  #buffer = '';
  #wake: () => void = () => undefined;
  #over = false;

  constructor(address: Address, from = '127.0.0.1') {
    // Half open: it hangs up only when a test says so, not because the server did.
    this.socket = dial({ ...address, localAddress: from, allowHalfOpen: true });
    this.socket.setEncoding('latin1').on('data', (text: string) => {
      this.#buffer += text;
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      const over = (how: string) => {
        this.#over = true;
        resolve(how);
        this.#wake();
      };
      this.socket.on('error', (error: NodeJS.ErrnoException) => over(error.code ?? 'error'));
      this.socket.on('end', () => over('closed')).on('close', () => over('closed'));
    });
  }

  static async connected(address: Address, from?: string): Promise<Client> {
    const client = new Client(address, from);
    await once(client.socket, 'connect');
    return client;
  }

  /** The next reply, its lines joined by a bar; `closed` where the connection ended instead. */
  async reply(): Promise<string> {
    for (;;) {
      const reply = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#buffer)?.[0];
      if (reply !== undefined) {
        this.#buffer = this.#buffer.slice(reply.length);
        return reply.trimEnd().replaceAll('\r\n', '|');
      }
      if (this.#over) return 'closed';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async say(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`, 'latin1');
    return this.reply();
  }

  /** What has come and was not yet asked for. */
  get heard(): string {
    return this.#buffer;
  }
}

/** Lets the event loop turn until something that will happen has happened. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
