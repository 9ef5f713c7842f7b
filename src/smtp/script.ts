// What one client session is to say: data for the connection, made by actors. No timing, no load.

export interface Script {
  /** Argument of HELO or EHLO. */
  readonly helo: string;
  /** EHLO first (falling back to HELO on a 5xx, RFC 5321 §3.2), or HELO only. */
  readonly greeting: 'EHLO' | 'HELO';
  /** Sends MAIL, RCPT and DATA in one write where the server offers PIPELINING (RFC 2920). */
  readonly pipelining: boolean;
  /** The reverse path without its brackets; empty for the null reverse path. */
  readonly reversePath: string;
  /** Forward paths without brackets; never empty. */
  readonly recipients: readonly string[];
  /** CRLF lines, dot-stuffed, without the final dot: see dot-stuffing.ts. Written one after the other. */
  readonly message: readonly Uint8Array[];
  /** How the client ends: waits for 221, sends QUIT and closes, or just closes. */
  readonly quit: 'wait' | 'no-wait' | 'none';
}
