// One client connection: reads replies, thinks before it sends, loses its patience, hangs up. What is
// said is the session's business (client-session.ts); time, sockets and waiting are handed in.
import { ReplyParser } from './reply-parser.ts';
import { LOCAL_FAULTS, type SessionHost, type SessionSocket } from './session-host.ts';
import { SessionRecord } from './session-record.ts';
import type { EndState, Stage } from './stage.ts';

export interface Waits {
  /** Waited before every flight of commands. */
  readonly roundTripMs: number;
  /** How long the client waits for the connection and for the banner. */
  readonly bannerPatienceMs: number;
  /** How long it waits for every other reply. */
  readonly patienceMs: number;
}

const NO_WAITS: Waits = {
  roundTripMs: 0,
  bannerPatienceMs: Number.POSITIVE_INFINITY,
  patienceMs: Number.POSITIVE_INFINITY,
};

export abstract class ClientConnection extends SessionRecord {
  protected readonly parser = new ReplyParser();
  /** What is written to: the connection itself, or TLS on it. */
  protected socket: SessionSocket | undefined;
  /** The stage whose reply is awaited, and the one that is sent after the next think time. */
  protected awaiting: Stage = 'connect';
  protected next: Stage = 'helo';

  private readonly host: SessionHost;
  /** When the client hangs up for want of an answer; Infinity while it is not waiting for one. */
  private impatientAtMs = Number.POSITIVE_INFINITY;
  /** The connection itself: it knows how many bytes went over the wire. */
  private raw: SessionSocket | undefined;
  private waits = NO_WAITS;
  private ended = false;
  /**
   * When what happens now happened: the clock is read once an event, and not for each mark and limit that
   * comes of it. A look takes 53 ns, and there were some 27 a session.
   */
  protected atMs = 0;
  /** Between two flights: whatever the server says now, it was not asked. */
  private thinking = false;
  /** Nothing more is said: see windUp. */
  private winding = false;
  /** What a dripping client has still to send, and its pace. */
  private drops: Buffer | undefined;
  private dripMs = 0;

  constructor(host: SessionHost) {
    super();
    this.host = host;
  }

  /** The reply to `awaiting`. */
  protected abstract onReply(code: number): void;
  /** Sends `next`. */
  protected abstract sendNext(): void;

  /** The connection stands, the banner has not come yet. */
  protected abstract onConnected(): void;

  /** `dripMs`: the time from byte to byte of a client that drips, else 0. */
  protected open(socket: SessionSocket, waits: Waits, dripMs: number): void {
    this.clearRecord();
    this.parser.reset();
    this.atMs = this.host.nowMs();
    this.socket = socket;
    this.raw = socket;
    this.waits = waits;
    this.dripMs = dripMs;
    this.drops = undefined;
    this.ended = false;
    this.thinking = false;
    this.winding = false;
    this.awaiting = 'connect';
    this.command('connect');
    socket.on('connect', this.onConnect);
    socket.on('error', this.onError);
    socket.on('close', this.onClose);
  }

  /** Bytes from the server: chunk[0, length). The chunk may be reused after the call. */
  read(chunk: Buffer, length: number): void {
    this.atMs = this.host.nowMs();
    let at = 0;
    while (at < length && !this.ended) {
      at = this.parser.consume(chunk, at, length);
      if (this.parser.fault) {
        this.settle('garbled', this.at, 0);
        this.hangUp();
      } else if (this.parser.complete) {
        if (this.thinking) this.onUnasked(this.parser.code);
        else this.hear(this.parser.code);
      }
    }
  }

  /** Sends what is due now; called by the host after the think time. */
  send(): void {
    if (this.ended) return;
    this.atMs = this.host.nowMs();
    if (this.drops) return this.sendDrop(this.drops);
    this.thinking = false;
    this.sendNext();
  }

  /** The handshake is done: the server's offers in clear no longer hold (RFC 3207 §4.2). */
  onSecured(resumed: boolean): void {
    if (this.ended) return;
    this.atMs = this.host.nowMs();
    this.tls = resumed ? 'resumed' : 'full';
    this.reply('starttls');
    this.parser.reset();
    this.after('helo');
  }

  /** The handshake failed, or TLS broke later on; `error`: the code of the error. */
  onInsecure(error: string | undefined): void {
    this.atMs = this.host.nowMs();
    const lost = error === 'ECONNRESET' || error === 'EPIPE';
    this.settle(lost ? 'dropped' : 'garbled', this.at, 0);
    this.hangUp();
  }

  /** Hangs up if the server has kept the client waiting beyond its patience. */
  checkPatience(nowMs: number): void {
    if (nowMs < this.impatientAtMs || this.ended) return;
    this.atMs = nowMs;
    this.settle('timedOut', this.awaiting, 0);
    this.hangUp();
  }

  /** Ends the session from our side, at the end of a run. */
  cut(): void {
    this.atMs = this.host.nowMs();
    this.settle('cut', this.at, 0);
    this.hangUp();
  }

  /**
   * Ends the session from our side as soon as what was said has its reply: a server that puts it off has
   * made up its mind, and its log, before (smtpd_error_sleep_time of Postfix).
   */
  windUp(): void {
    if (this.thinking || this.isQueued) this.cut();
    else this.winding = true;
  }

  /** Whether the client still waits for the server's greeting. */
  get isQueued(): boolean {
    return !this.thinking && (this.awaiting === 'connect' || this.awaiting === 'banner');
  }

  /** The stage that the session is at: awaited, or about to be sent. */
  private get at(): Stage {
    return this.thinking ? this.next : this.awaiting;
  }

  private readonly onConnect = (): void => {
    this.atMs = this.host.nowMs();
    this.reply('connect');
    this.awaiting = 'banner';
    this.command('banner');
    this.onConnected();
  };

  private readonly onError = (error: { readonly code?: string | undefined }): void => {
    if (this.ended) return;
    this.atMs = this.host.nowMs();
    if (error.code && this.awaiting === 'connect' && LOCAL_FAULTS.has(error.code)) {
      this.localFault = error.code;
      this.settle('unsent', 'connect', 0);
    } else this.settle(this.isQueued ? 'refused' : 'dropped', this.at, 0);
  };

  private readonly onClose = (): void => {
    if (!this.ended) {
      this.atMs = this.host.nowMs();
      this.settle(this.isQueued ? 'refused' : 'dropped', this.at, 0);
      this.rememberBytes();
    }
    this.ended = true;
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.socket = undefined;
    this.raw = undefined;
    this.host.onEnd(this);
  };

  private hear(code: number): void {
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.onReply(code);
  }

  /** A reply that nothing asked for: 421 is the server's own farewell (RFC 5321 §3.8). */
  private onUnasked(code: number): void {
    if (code === 421) this.settleByReply(this.next, code);
    else this.settle('garbled', this.next, code);
    this.hangUp();
  }

  protected settle(state: EndState, stage: Stage, code: number): void {
    this.decide(state, stage, code, this.atMs);
  }

  /** None of the recipients was taken. */
  protected settleByRefusals(stage: Stage): void {
    this.decideByRefusals(stage, this.atMs);
  }

  protected settleByReply(stage: Stage, code: number): void {
    this.decideByReply(stage, code, this.parser.text(), this.atMs);
  }

  /** One round trip from now `stage` is sent. */
  protected after(stage: Stage): void {
    if (this.winding) return this.cut();
    this.next = stage;
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.thinking = true;
    if (this.waits.roundTripMs > 0) this.host.thinkThenSend(this, this.waits.roundTripMs);
    else {
      this.thinking = false;
      this.sendNext();
    }
  }

  /** The next reply is that to `stage`, which has been sent. */
  protected expect(stage: Stage): void {
    this.awaiting = stage;
    this.impatientAtMs = this.atMs + this.waits.patienceMs;
  }

  protected command(stage: Stage): void {
    // What drips is said with its last byte.
    if (this.dripMs === 0) this.markCommand(stage, this.atMs);
    const { bannerPatienceMs, patienceMs } = this.waits;
    const early = stage === 'connect' || stage === 'banner';
    this.impatientAtMs = this.atMs + (early ? bannerPatienceMs : patienceMs);
  }

  protected reply(stage: Stage): void {
    this.markReply(stage, this.atMs);
  }

  /** The stage's command, which the next reply answers. */
  protected write(stage: Stage, text: string): void {
    this.awaiting = stage;
    if (this.dripMs > 0) this.drip(stage, Buffer.from(text, 'latin1'));
    else this.socket?.write(text, 'latin1');
  }

  /** Byte by byte from now on, as slowly as the script says; `stage` awaits its reply after the last. */
  protected drip(stage: Stage, bytes: Buffer): void {
    this.next = stage;
    this.drops = bytes;
    this.sendDrop(bytes);
  }

  private sendDrop(drops: Buffer): void {
    this.socket?.write(drops.subarray(0, 1));
    this.thinking = drops.length > 1;
    this.drops = this.thinking ? drops.subarray(1) : undefined;
    if (!this.thinking) {
      this.markCommand(this.next, this.atMs);
      return this.expect(this.next);
    }
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.host.thinkThenSend(this, this.dripMs);
  }

  /** Goes on in TLS; onSecured or onInsecure follows. */
  protected secure(): void {
    if (this.socket) this.socket = this.host.secure(this, this.socket);
  }

  protected hangUp(): void {
    if (this.ended) return;
    this.ended = true;
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.rememberBytes();
    this.socket?.destroy();
  }

  private rememberBytes(): void {
    if (!this.raw) return;
    this.bytesIn = this.raw.bytesRead;
    this.bytesOut = this.raw.bytesWritten;
  }
}
