// One client connection: reads replies, thinks before it sends, loses its patience, hangs up. What is
// said is the session's business (client-session.ts); time, sockets and waiting are handed in.
import { ReplyParser } from './reply-parser.ts';
import { LOCAL_FAULTS, type SessionHost, type SessionSocket } from './session-host.ts';
import { SessionRecord } from './session-record.ts';
import type { EndState, Stage } from './stage.ts';

export abstract class ClientConnection extends SessionRecord {
  protected readonly parser = new ReplyParser();
  protected socket: SessionSocket | undefined;
  /** The stage whose reply is awaited, and the one that is sent after the next think time. */
  protected awaiting: Stage = 'connect';
  protected next: Stage = 'helo';

  private readonly host: SessionHost;
  /** When the client hangs up for want of an answer; Infinity while it is not waiting for one. */
  private impatientAtMs = Number.POSITIVE_INFINITY;
  private roundTripMs = 0;
  private patienceMs = Number.POSITIVE_INFINITY;
  private ended = false;
  /** Between two flights: whatever the server says now, it was not asked. */
  private thinking = false;

  constructor(host: SessionHost) {
    super();
    this.host = host;
  }

  /** The reply to `awaiting`. */
  protected abstract onReply(code: number): void;
  /** Sends `next`. */
  protected abstract sendNext(): void;

  protected open(socket: SessionSocket, roundTripMs: number, patienceMs: number): void {
    this.clearRecord();
    this.parser.reset();
    this.socket = socket;
    this.roundTripMs = roundTripMs;
    this.patienceMs = patienceMs;
    this.ended = false;
    this.thinking = false;
    this.awaiting = 'connect';
    this.command('connect');
    socket.on('connect', this.onConnect);
    socket.on('error', this.onError);
    socket.on('close', this.onClose);
  }

  /** Bytes from the server: chunk[0, length). The chunk may be reused after the call. */
  read(chunk: Buffer, length: number): void {
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
    this.thinking = false;
    this.sendNext();
  }

  /** Hangs up if the server has kept the client waiting beyond its patience. */
  checkPatience(nowMs: number): void {
    if (nowMs < this.impatientAtMs || this.ended) return;
    this.settle('timedOut', this.awaiting, 0);
    this.hangUp();
  }

  /** Ends the session from our side, at the end of a run. */
  cut(): void {
    this.settle('cut', this.at, 0);
    this.hangUp();
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
    this.reply('connect');
    this.awaiting = 'banner';
    this.command('banner');
  };

  private readonly onError = (error: NodeJS.ErrnoException): void => {
    if (this.ended) return;
    if (error.code && this.awaiting === 'connect' && LOCAL_FAULTS.has(error.code)) {
      this.localFault = error.code;
      this.settle('unsent', 'connect', 0);
    } else this.settle(this.isQueued ? 'refused' : 'dropped', this.at, 0);
  };

  private readonly onClose = (): void => {
    if (!this.ended) {
      this.settle(this.isQueued ? 'refused' : 'dropped', this.at, 0);
      this.rememberBytes();
    }
    this.ended = true;
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.socket = undefined;
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
    this.decide(state, stage, code, this.host.nowMs());
  }

  protected settleByReply(stage: Stage, code: number): void {
    this.decideByReply(stage, code, this.parser.text(), this.host.nowMs());
  }

  /** One round trip from now `stage` is sent. */
  protected after(stage: Stage): void {
    this.next = stage;
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.thinking = true;
    if (this.roundTripMs > 0) this.host.thinkThenSend(this, this.roundTripMs);
    else this.send();
  }

  /** The next reply is that to `stage`, which has been sent. */
  protected expect(stage: Stage): void {
    this.awaiting = stage;
    this.impatientAtMs = this.host.nowMs() + this.patienceMs;
  }

  protected command(stage: Stage): void {
    const nowMs = this.host.nowMs();
    this.markCommand(stage, nowMs);
    this.impatientAtMs = nowMs + this.patienceMs;
  }

  protected reply(stage: Stage): void {
    this.markReply(stage, this.host.nowMs());
  }

  protected write(text: string): void {
    this.socket?.write(text, 'latin1');
  }

  protected hangUp(): void {
    if (this.ended) return;
    this.ended = true;
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.rememberBytes();
    this.socket?.destroy();
  }

  private rememberBytes(): void {
    if (!this.socket) return;
    this.bytesIn = this.socket.bytesRead;
    this.bytesOut = this.socket.bytesWritten;
  }
}
