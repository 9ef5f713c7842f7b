// What a client session needs of the world around it: a socket, a clock, somebody who waits for it.
/** What the session needs of a socket; net.Socket has it. */
export interface SessionSocket {
  write(data: string | Uint8Array, encoding?: BufferEncoding): boolean;
  cork(): void;
  uncork(): void;
  destroy(): unknown;
  on(event: 'connect' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** A session as its host sees it. */
interface HostedSession {
  send(): void;
}

/** How a session reaches the world around it. One object serves any number of sessions. */
export interface SessionHost {
  nowMs(): number;
  /** Calls session.send() once the time has passed. */
  thinkThenSend(session: HostedSession, delayMs: number): void;
  /** Called once, when the connection is gone; the session may be started again after it. */
  onEnd(session: HostedSession): void;
}

/** Faults of this machine, not answers of the server: too few descriptors, addresses or buffers. */
export const LOCAL_FAULTS = new Set([
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'ENOBUFS',
  'EACCES',
  'EINVAL',
]);
