// What one client session is to say: data for the connection, made by actors. No timing, no load.

export interface Script {
  /** Argument of HELO or EHLO. */
  readonly helo: string;
  /** EHLO first (falling back to HELO on a 5xx, RFC 5321 §3.2), or HELO only. */
  readonly greeting: 'EHLO' | 'HELO';
  /**
   * Sends MAIL, RCPT and DATA in one write: where the server offers PIPELINING (RFC 2920), or,
   * `unasked`, whatever it offers.
   */
  readonly pipelining: boolean | 'unasked';
  /** Goes on in TLS where the server offers STARTTLS (RFC 3207). */
  readonly starttls?: boolean;
  /** The reverse path without its brackets; empty for the null reverse path. */
  readonly reversePath: string;
  /** Announces BODY=8BITMIME where the server offers that (RFC 6152). */
  readonly eightBit?: boolean;
  /** Forward paths without brackets; never empty. */
  readonly recipients: readonly string[];
  /** How many of them do not exist, as the books of legitimate mail have to know; absent: none. */
  readonly dead?: number;
  /**
   * CRLF lines, dot-stuffed, without the final dot: see dot-stuffing.ts. Written one after the other;
   * none of them: an empty message. Undefined: a probe that ends after the recipients.
   */
  readonly message: readonly Uint8Array[] | undefined;
  /** The same without dot-stuffing, for BDAT where the server offers CHUNKING (RFC 3030). */
  readonly chunk?: readonly Uint8Array[] | undefined;
  /**
   * How the client ends: waits for 221, sends QUIT and closes, or just closes. `with-dot`: as `no-wait`,
   * and where it pipelines QUIT goes in the flight of the final dot.
   */
  readonly quit: 'wait' | 'no-wait' | 'with-dot' | 'none';
  /** Says RSET in front of QUIT. */
  readonly reset?: boolean;
  /** Greets before the banner has come. */
  readonly pregreets?: boolean;
  /** Goes on to the next command whatever the reply. */
  readonly heedless?: boolean;
  /** Whole lines with CRLF that go in front of the greeting, such as a request of HTTP. */
  readonly opening?: string;
  /** Sends one byte each so many milliseconds. */
  readonly dripMs?: number;
}
