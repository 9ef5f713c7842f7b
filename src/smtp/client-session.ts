// One SMTP client session: the dialogue of a script, command by command and reply by reply, with a mark
// at each. How a connection waits, reads and ends: client-connection.ts.
import { ClientConnection } from './client-connection.ts';
import { ehloOffers } from './reply-parser.ts';
import type { Script } from './script.ts';
import type { SessionSocket } from './session-host.ts';
import type { Stage } from './stage.ts';

const END_OF_DATA = Buffer.from('.\r\n');
/** Below this a copy into one buffer costs less than a vectored write. */
const COALESCE_BYTES = 16_384;

export class ClientSession extends ClientConnection {
  private script: Script = NO_SCRIPT;
  private mayPipeline = false;
  private offersSize = false;
  private triedHelo = false;
  private recipientsAnswered = 0;
  private recipientsAccepted = 0;

  /**
   * Begins a session on a socket that is connecting. The caller passes what is read to `read`.
   * `roundTripMs` is waited before every flight of commands; `patienceMs` for every reply.
   */
  begin(socket: SessionSocket, script: Script, roundTripMs: number, patienceMs: number): void {
    this.script = script;
    this.mayPipeline = false;
    this.offersSize = false;
    this.triedHelo = script.greeting === 'HELO';
    this.recipientsAnswered = 0;
    this.recipientsAccepted = 0;
    this.open(socket, roundTripMs, patienceMs);
  }

  protected override sendNext(): void {
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

  protected override onReply(code: number): void {
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
        this.settle('garbled', this.awaiting, code);
        return this.hangUp();
    }
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
      this.settleByReply('mail', code);
    }
    if (this.mayPipeline) this.expect('rcpt');
    else this.after('rcpt');
  }

  private sendRcpt(): void {
    if (this.recipientsAnswered === 0) this.command('rcpt');
    this.write(`RCPT TO:<${this.script.recipients[this.recipientsAnswered]}>\r\n`);
    this.expect('rcpt');
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
      this.settleByReply('rcpt', code);
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
    const message = this.script.message ?? [];
    const bytes = messageBytes(this.script);
    if (bytes <= COALESCE_BYTES) {
      socket.write(Buffer.concat([...message, END_OF_DATA], bytes + END_OF_DATA.length));
      return;
    }
    socket.cork();
    for (const part of message) socket.write(part);
    socket.write(END_OF_DATA);
    socket.uncork();
  }

  private onBodyReply(code: number): void {
    this.reply('body');
    if (code === 250) this.settle('accepted', 'body', code);
    else this.settleByReply('body', code);
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
    this.settleByReply(stage, code);
    this.leave(code);
  }

  private leave(code: number): void {
    // RFC 5321 §3.8, RFC 7504: the server closes after 421 and 521, no QUIT is due.
    if (this.script.quit === 'none' || code === 421 || code === 521) return this.hangUp();
    this.after('quit');
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
  for (const part of script.message ?? []) bytes += part.byteLength;
  return bytes;
}
