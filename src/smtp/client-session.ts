// One SMTP client session over one connection: the dialogue of a script, with a mark at every command
// and reply. Knows neither load nor clocks of its own: time, sockets and waiting are handed in.
import { ehloOffers, enhancedCode, ReplyParser } from './reply-parser.ts';
import type { Script } from './script.ts';
import { type EndState, STAGES, type Stage } from './stage.ts';

/** Index of each stage in marks: its command at 2 × index, its last reply at 2 × index + 1. */
export const STAGE_INDEX = Object.fromEntries(
  STAGES.map((stage, index) => [stage, index]),
) as Readonly<Record<Stage, number>>;
export const MARKS = STAGES.length * 2;

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

/** How a session reaches the world around it. One object serves any number of sessions. */
export interface SessionHost {
  nowMs(): number;
  /** Calls session.send() once the time has passed. */
  thinkThenSend(session: ClientSession, delayMs: number): void;
  /** Called once, when the connection is gone; the session may be started again after it. */
  onEnd(session: ClientSession): void;
}

/** Faults of this machine, not answers of the server: too few descriptors, addresses or buffers. */
const LOCAL_FAULTS = new Set([
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'ENOBUFS',
  'EACCES',
  'EINVAL',
]);
const MAX_REPLY_TEXT = 200;
const END_OF_DATA = Buffer.from('.\r\n');
/** Below this a copy into one buffer costs less than a vectored write. */
const COALESCE_BYTES = 16_384;

export class ClientSession {
  /** Milliseconds by the host's clock, NaN where the session did not come so far. */
  readonly marks = new Float64Array(MARKS);
  state: EndState = 'cut';
  /** Where it was decided. */
  stage: Stage = 'connect';
  /** The reply that decided, 0 for none. */
  code = 0;
  enhanced: readonly [number, number, number] | undefined;
  /** The first bytes of a negative reply that decided; hostile text. */
  replyText = '';
  decidedAtMs = Number.NaN;
  bytesIn = 0;
  bytesOut = 0;
  /** The error code of a fault of this machine, which is no outcome of the server's. */
  localFault: string | undefined;
  /** When the client hangs up for want of an answer; Infinity while it is not waiting for one. */
  impatientAtMs = Number.POSITIVE_INFINITY;

  private readonly host: SessionHost;
  private readonly parser = new ReplyParser();
  private socket: SessionSocket | undefined;
  private script: Script = NO_SCRIPT;
  private roundTripMs = 0;
  private patienceMs = Number.POSITIVE_INFINITY;
  /** The stage whose reply is awaited, and the one that is sent after the next think time. */
  private awaiting: Stage = 'connect';
  private next: Stage = 'helo';
  private decided = false;
  private ended = false;
  private mayPipeline = false;
  private offersSize = false;
  private triedHelo = false;
  private recipientsAnswered = 0;
  private recipientsAccepted = 0;
  /** Between two flights: whatever the server says now, it was not asked. */
  private thinking = false;

  constructor(host: SessionHost) {
    this.host = host;
    this.marks.fill(Number.NaN);
  }

  /**
   * Begins a session on a socket that is connecting. The caller passes what is read to `read`.
   * `roundTripMs` is waited before every flight of commands; `patienceMs` for every reply.
   */
  begin(socket: SessionSocket, script: Script, roundTripMs: number, patienceMs: number): void {
    this.marks.fill(Number.NaN);
    this.state = 'cut';
    this.stage = 'connect';
    this.code = 0;
    this.enhanced = undefined;
    this.replyText = '';
    this.decidedAtMs = Number.NaN;
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.localFault = undefined;
    this.parser.reset();
    this.socket = socket;
    this.script = script;
    this.roundTripMs = roundTripMs;
    this.patienceMs = patienceMs;
    this.decided = false;
    this.ended = false;
    this.mayPipeline = false;
    this.offersSize = false;
    this.triedHelo = script.greeting === 'HELO';
    this.recipientsAnswered = 0;
    this.recipientsAccepted = 0;
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
        this.decide('garbled', this.at, 0);
        this.hangUp();
      } else if (this.parser.complete) {
        this.onReply(this.parser.code);
      }
    }
  }

  /** Sends what is due now; called by the host after the think time. */
  send(): void {
    if (this.ended) return;
    this.thinking = false;
    switch (this.next) {
      case 'helo':
        return this.sendHelo();
      case 'mail':
        return this.sendMail();
      case 'rcpt':
        return this.sendRcpt();
      case 'data':
        return this.sendData();
      case 'body':
        return this.sendBody();
      default:
        return this.sendQuit();
    }
  }

  /** Hangs up if the server has kept the client waiting beyond its patience. */
  checkPatience(nowMs: number): void {
    if (nowMs < this.impatientAtMs || this.ended) return;
    this.decide('timedOut', this.awaiting, 0);
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

  /** Ends the session from our side, at the end of a run. */
  cut(): void {
    this.decide('cut', this.at, 0);
    this.hangUp();
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
      this.decide('unsent', 'connect', 0);
    } else {
      this.decide(this.isQueued ? 'refused' : 'dropped', this.at, 0);
    }
  };

  private readonly onClose = (): void => {
    if (!this.ended) {
      this.decide(this.isQueued ? 'refused' : 'dropped', this.at, 0);
      this.rememberBytes();
    }
    this.ended = true;
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.socket = undefined;
    this.host.onEnd(this);
  };

  private onReply(code: number): void {
    if (this.thinking) return this.onUnasked(code);
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    switch (this.awaiting) {
      case 'banner':
        return this.onBanner(code);
      case 'helo':
        return this.onHeloReply(code);
      case 'mail':
        return this.onMailReply(code);
      case 'rcpt':
        return this.onRcptReply(code);
      case 'data':
        return this.onDataReply(code);
      case 'body':
        return this.onBodyReply(code);
      case 'quit':
        this.reply('quit');
        return this.hangUp();
      default:
        // A reply before any connection or to nothing that we sent.
        this.decide('garbled', this.awaiting, code);
        return this.hangUp();
    }
  }

  /** A reply that nothing asked for: 421 is the server's own farewell (RFC 5321 §3.8). */
  private onUnasked(code: number): void {
    if (code === 421) this.decideByReply(this.next, code);
    else this.decide('garbled', this.next, code);
    this.hangUp();
  }

  private onBanner(code: number): void {
    this.reply('banner');
    if (code !== 220) return this.refuse('banner', code);
    this.after('helo');
  }

  private sendHelo(): void {
    this.command('helo');
    const verb = this.triedHelo ? 'HELO' : 'EHLO';
    this.write(`${verb} ${this.script.helo}\r\n`);
    this.awaiting = 'helo';
  }

  private onHeloReply(code: number): void {
    this.reply('helo');
    if (code >= 500 && !this.triedHelo) {
      // RFC 5321 §3.2: a server that does not know EHLO is asked again with HELO.
      this.triedHelo = true;
      return this.after('helo');
    }
    if (code !== 250) return this.refuse('helo', code);
    if (!this.triedHelo) {
      const offers = this.parser.text();
      this.mayPipeline = this.script.pipelining && ehloOffers(offers, 'PIPELINING');
      this.offersSize = ehloOffers(offers, 'SIZE');
    }
    this.after('mail');
  }

  private sendMail(): void {
    this.command('mail');
    const size = this.offersSize ? ` SIZE=${messageBytes(this.script)}` : '';
    const mail = `MAIL FROM:<${this.script.reversePath}>${size}\r\n`;
    this.awaiting = 'mail';
    if (!this.mayPipeline) return this.write(mail);
    // RFC 2920 §3.1: DATA may end a group; the replies come one by one, in order.
    let flight = mail;
    for (const recipient of this.script.recipients) flight += `RCPT TO:<${recipient}>\r\n`;
    this.command('rcpt');
    this.command('data');
    this.write(`${flight}DATA\r\n`);
  }

  private onMailReply(code: number): void {
    this.reply('mail');
    if (code !== 250) {
      if (!this.mayPipeline) return this.refuse('mail', code);
      this.decideByReply('mail', code);
    }
    if (this.mayPipeline) this.expect('rcpt');
    else this.after('rcpt');
  }

  private sendRcpt(): void {
    if (this.recipientsAnswered === 0) this.command('rcpt');
    else this.impatientAtMs = this.host.nowMs() + this.patienceMs;
    this.write(`RCPT TO:<${this.script.recipients[this.recipientsAnswered]}>\r\n`);
    this.awaiting = 'rcpt';
  }

  private onRcptReply(code: number): void {
    this.reply('rcpt');
    this.recipientsAnswered += 1;
    if (code >= 200 && code < 300) this.recipientsAccepted += 1;
    const last = this.recipientsAnswered === this.script.recipients.length;
    if (code === 421) return this.refuse('rcpt', code);
    if (!last) return this.mayPipeline ? this.expect('rcpt') : this.after('rcpt');
    if (this.recipientsAccepted === 0) {
      if (!this.mayPipeline) return this.refuse('rcpt', code);
      this.decideByReply('rcpt', code);
    }
    if (this.mayPipeline) this.expect('data');
    else this.after('data');
  }

  private sendData(): void {
    this.command('data');
    this.write('DATA\r\n');
    this.awaiting = 'data';
  }

  private onDataReply(code: number): void {
    this.reply('data');
    if (code === 354) return this.after('body');
    this.refuse('data', code);
  }

  private sendBody(): void {
    this.command('body');
    this.awaiting = 'body';
    const socket = this.socket;
    if (!socket) return;
    if (this.recipientsAccepted === 0) {
      // RFC 2920 §3.1: 354 though every recipient was refused; a lone dot gets out of it.
      return this.write('.\r\n');
    }
    const bytes = messageBytes(this.script);
    if (bytes <= COALESCE_BYTES) {
      socket.write(
        Buffer.concat([...this.script.message, END_OF_DATA], bytes + END_OF_DATA.length),
      );
      return;
    }
    socket.cork();
    for (const part of this.script.message) socket.write(part);
    socket.write(END_OF_DATA);
    socket.uncork();
  }

  private onBodyReply(code: number): void {
    this.reply('body');
    if (code === 250) this.decide('accepted', 'body', code);
    else this.decideByReply('body', code);
    this.leave(code);
  }

  private sendQuit(): void {
    this.command('quit');
    this.write('QUIT\r\n');
    this.awaiting = 'quit';
    if (this.script.quit === 'no-wait') this.hangUp();
  }

  /** The server said no: take that as the outcome and leave as this client leaves. */
  private refuse(stage: Stage, code: number): void {
    this.decideByReply(stage, code);
    this.leave(code);
  }

  private leave(code: number): void {
    // RFC 5321 §3.8, RFC 7504: the server closes after 421 and 521, no QUIT is due.
    if (this.script.quit === 'none' || code === 421 || code === 521) return this.hangUp();
    this.after('quit');
  }

  private decideByReply(stage: Stage, code: number): void {
    if (this.decided) return;
    const text = this.parser.text();
    this.replyText = text.slice(0, MAX_REPLY_TEXT);
    this.enhanced = enhancedCode(text);
    const negative = code >= 400;
    this.decide(negative ? (code >= 500 ? 'rejected' : 'deferred') : 'garbled', stage, code);
  }

  private decide(state: EndState, stage: Stage, code: number): void {
    if (this.decided) return;
    this.decided = true;
    this.state = state;
    this.stage = stage;
    this.code = code;
    this.decidedAtMs = this.host.nowMs();
  }

  private after(stage: Stage): void {
    this.next = stage;
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.thinking = true;
    if (this.roundTripMs > 0) this.host.thinkThenSend(this, this.roundTripMs);
    else this.send();
  }

  private expect(stage: Stage): void {
    this.awaiting = stage;
    this.impatientAtMs = this.host.nowMs() + this.patienceMs;
  }

  private command(stage: Stage): void {
    const nowMs = this.host.nowMs();
    this.marks[STAGE_INDEX[stage] * 2] = nowMs;
    this.impatientAtMs = nowMs + this.patienceMs;
  }

  private reply(stage: Stage): void {
    this.marks[STAGE_INDEX[stage] * 2 + 1] = this.host.nowMs();
  }

  private write(text: string): void {
    this.socket?.write(text, 'latin1');
  }

  private rememberBytes(): void {
    if (!this.socket) return;
    this.bytesIn = this.socket.bytesRead;
    this.bytesOut = this.socket.bytesWritten;
  }

  private hangUp(): void {
    if (this.ended) return;
    this.ended = true;
    this.impatientAtMs = Number.POSITIVE_INFINITY;
    this.rememberBytes();
    this.socket?.destroy();
  }
}

const NO_SCRIPT: Script = {
  helo: '',
  greeting: 'HELO',
  pipelining: false,
  reversePath: '',
  recipients: [],
  message: [],
  quit: 'none',
};

function messageBytes(script: Script): number {
  let bytes = 0;
  for (const part of script.message) bytes += part.byteLength;
  return bytes;
}
