// smtp-server without its greeting delay: the library waits a fixed 100 ms before each banner, which
// would pass for queueing here. It is never let listen: sockets come from the guard, by connect().
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { dial } from '../guard/guard.ts';

/** A default host name would make the transcripts differ from machine to machine. */
export const HOST_NAME = 'mail.test';

export type Socket = ReturnType<typeof dial>;

export class PromptConnection extends SMTPConnection {
  /** The library's version of this holds the timer of 100 ms. */
  override init(): void {
    this._setListeners(() => this.connectionReady());
  }

  /**
   * The library's continue() forgets the next message when a client sent two without waiting for
   * the first one's reply: it clears the continuation after running it, and running it sets the next.
   */
  override _createParser(): ReturnType<SMTPConnection['_createParser']> {
    const parser = super._createParser();
    const forgetful = parser.continue;
    parser.continue = () => {
      const proceed = parser._continueCallback;
      if (typeof proceed !== 'function') return forgetful.call(parser);
      parser._continueCallback = false;
      return proceed();
    };
    return parser;
  }
}

const DISABLED = ['AUTH', 'WIZ', 'SHELL', 'KILL'];

export class PromptServer extends SMTPServer {
  #sessions = 0;

  constructor(options: SMTPServerOptions) {
    super({
      name: HOST_NAME,
      // Without a certificate of the caller's the library would use one whose key everybody knows.
      disabledCommands: [...DISABLED, ...(options.key === undefined ? ['STARTTLS'] : [])],
      disableReverseLookup: true,
      hideSMTPUTF8: true,
      // Senders of bounces write odd addresses; what matters here is only whether they are known.
      lenientAddressParsing: true,
      rejectOversized: true,
      logger: false,
      ...options,
    });
    // A client that breaks off is a measurement for its own side, not an error of this one.
    this.on('error', () => undefined);
    this.onConnect = (_session, callback) => callback();
  }

  override connect(socket: Socket): void {
    this.#sessions += 1;
    const connection = this.makeConnection(socket, String(this.#sessions));
    this.connections.add(connection);
    connection.on('error', () => undefined);
    connection.init();
  }

  /** An id of our own spares 10 random bytes and a BigInt per session. */
  protected makeConnection(socket: Socket, id: string): PromptConnection {
    return new PromptConnection(this, socket, { id });
  }
}
