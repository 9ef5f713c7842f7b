// A TCP connection as a client session needs it: no stream, one listener an event, and connected anew for
// every session. Two kinds of it, see make-wire.ts.

import type { Socket } from 'node:net';

export interface Destination {
  /** Numeric. */
  readonly host: string;
  readonly port: number;
  readonly localAddress: string | undefined;
}

/** Events: one listener each; after `close` it may be connected again. */
export interface Wire {
  /** Errors of this machine or the network come as events. @throws UserError (4) when not admitted. */
  connect(to: Destination): void;
  /** Strings are Latin-1. */
  write(data: string | Uint8Array): boolean;
  /** Between the two, what is written is gathered, and then sent at once. */
  cork(): void;
  uncork(): void;
  destroy(): void;
  /** The connection as Node's TLS wants it. From then on the socket is written to; the events still come. */
  asSocket(): Socket;
  on(event: 'connect' | 'close', listener: () => void): void;
  on(event: 'error', listener: (error: { readonly code?: string | undefined }) => void): void;
  /** Of this connection. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** Called with bytes[0, length), which are overwritten after the call. */
export type OnRead = (bytes: Buffer, length: number) => void;

/**
 * All connections of a thread read into this one buffer: libuv reads and calls back within one step, and
 * the reader takes everything out before the next. Saves 64 KB a connection.
 */
export const READ_BUFFER = Buffer.allocUnsafe(65_536);
