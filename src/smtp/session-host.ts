// What a client session needs of the world around it: a socket, a clock, somebody who waits for it.
/** What the session needs of a connection; net.Socket and the guard's wires have it. */
export interface SessionSocket {
  write(data: string | Uint8Array, encoding?: BufferEncoding): boolean;
  cork(): void;
  uncork(): void;
  destroy(): unknown;
  on(event: 'connect' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: { readonly code?: string | undefined }) => void): unknown;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** A session as its host sees it. */
export interface HostedSession {
  send(): void;
  /** Plain text from the server. */
  read(chunk: Buffer, length: number): void;
  onSecured(resumed: boolean): void;
  onInsecure(error: string | undefined): void;
}

/** How a session reaches the world around it. One object serves any number of sessions. */
export interface SessionHost {
  nowMs(): number;
  /** Calls session.send() once the time has passed. */
  thinkThenSend(session: HostedSession, delayMs: number): void;
  /**
   * Begins TLS on a session's socket and answers what it writes to from then on. The session hears of
   * the handshake's end, and what is read afterwards comes to it decrypted.
   */
  secure(session: HostedSession, socket: SessionSocket): SessionSocket;
  /** Called once, when the connection is gone; the session may be started again after it. */
  onEnd(session: HostedSession): void;
}

/**
 * Faults of this machine, not answers of the server: what socket(2), bind(2) and connect(2) give on Linux
 * before a packet leaves.
 */
export const LOCAL_FAULTS = new Set([
  // No file descriptor left: of this process, of the machine.
  'EMFILE',
  'ENFILE',
  // No port left: at connect, or (EADDRINUSE) at an address that the socket is bound to.
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  // No memory for a socket.
  'ENOBUFS',
  'ENOMEM',
  'EAGAIN',
  // An address of the other family.
  'EAFNOSUPPORT',
  // A packet filter's or the routing table's objection.
  'EACCES',
  'EPERM',
  'ENETUNREACH',
  'EINVAL',
]);
