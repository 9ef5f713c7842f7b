// One SMTP client session: the dialogue of a script, command by command and reply by reply, with a mark
// at each. How a connection waits, reads and ends: client-connection.ts.
import type { Waits } from './client-connection.ts';
import { ClientGreeting, type Introduction } from './client-greeting.ts';
import type { Script } from './script.ts';
import type { SessionSocket } from './session-host.ts';
import type { Stage } from './stage.ts';

const END_OF_DATA = Buffer.from('.\r\n');
const END_AND_QUIT = Buffer.from('.\r\nQUIT\r\n');

export class ClientSession extends ClientGreeting {
  private recipientsAccepted = 0;

  /** Begins a session on a socket that is connecting. The caller passes what is read to `read`. */
  begin(socket: SessionSocket, script: Script, waits: Waits, introduction?: Introduction): void {
    this.greetWith(script, introduction);
    this.recipientsAccepted = 0;
    this.open(socket, waits, script.dripMs ?? 0);
  }

  protected override sendNext(): void {
    switch (this.next) {
      case 'helo':
        return this.sendHelo();
      case 'starttls':
        return this.sendStarttls();
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
      case 'starttls':
        return this.onStarttlsReply(code);
      case 'mail':
        return this.onMailReply(code);
      case 'rcpt':
        return this.onRcptReply(code);
      case 'data':
        return this.onDataReply(code);
      case 'body':
        return this.onBodyReply(code);
      case 'quit':
        return this.onQuitReply();
      default:
        // A reply before any connection or to nothing that we sent.
        this.settle('garbled', this.awaiting, code);
        return this.hangUp();
    }
  }

  private sendMail(): void {
    this.command('mail');
    this.write('mail', this.pipelines ? this.envelope() : this.mailCommand());
  }

  private mailCommand(): string {
    const { message } = this.script;
    const size = this.sizeOffered && message ? ` SIZE=${bytesOf(message)}` : '';
    const body = this.announces8Bit ? ' BODY=8BITMIME' : '';
    return `MAIL FROM:<${this.script.reversePath}>${size}${body}\r\n`;
  }

  /** RFC 2920 §3.1: DATA may end a group; the replies come one by one, in order. */
  protected override envelope(): string {
    let flight = this.mailCommand();
    for (const recipient of this.script.recipients) flight += `RCPT TO:<${recipient}>\r\n`;
    this.command('rcpt');
    if (!this.needsData) return flight;
    this.command('data');
    return `${flight}DATA\r\n`;
  }

  private onMailReply(code: number): void {
    this.reply('mail');
    if (code !== 250) {
      if (!this.pipelines) return this.refuse('mail', code);
      this.settleByReply('mail', code);
    }
    if (this.pipelines) this.expect('rcpt');
    else this.after('rcpt');
  }

  private sendRcpt(): void {
    if (this.fates.length === 0) this.command('rcpt');
    else this.expect('rcpt');
    this.write('rcpt', `RCPT TO:<${this.script.recipients[this.fates.length]}>\r\n`);
  }

  private onRcptReply(code: number): void {
    this.reply('rcpt');
    this.fates.push(code);
    if (code >= 400) this.holdRefusal(code, this.parser.text());
    else this.recipientsAccepted += 1;
    if (code === 421) return this.refuse('rcpt', code);
    const last = this.fates.length === this.script.recipients.length;
    if (!last) return this.pipelines ? this.expect('rcpt') : this.after('rcpt');
    if (this.recipientsAccepted === 0) return this.onNobodyTaken(code);
    if (this.script.message === undefined) {
      this.settle('accepted', 'rcpt', 250);
      return this.leave(code);
    }
    if (!this.needsData) this.after('body');
    else if (this.pipelines) this.expect('data');
    else this.after('data');
  }

  private onNobodyTaken(code: number): void {
    this.settleByRefusals('rcpt');
    if (this.pipelines && this.needsData) this.expect('data');
    else if (this.script.heedless && this.needsData) this.after('data');
    else this.leave(code);
  }

  private sendData(): void {
    this.command('data');
    this.write('data', 'DATA\r\n');
  }

  private onDataReply(code: number): void {
    this.reply('data');
    if (code === 354) return this.after('body');
    this.refuse('data', code);
  }

  private sendBody(): void {
    if (this.quitsWithDot) this.command('quit');
    this.command('body');
    if (this.recipientsAccepted === 0 && !this.script.heedless) {
      // RFC 2920 §3.1: 354 though every recipient was refused; a lone dot gets out of it.
      return this.write('body', this.quitsWithDot ? '.\r\nQUIT\r\n' : '.\r\n');
    }
    if (this.script.dripMs) return this.drip('body', Buffer.concat(this.bodyFlight()));
    this.awaiting = 'body';
    this.socket?.cork();
    for (const part of this.bodyFlight()) this.socket?.write(part);
    this.socket?.uncork();
  }

  private bodyFlight(): readonly Uint8Array[] {
    const { message = [], chunk = [] } = this.script;
    if (this.usesBdat) return [Buffer.from(`BDAT ${bytesOf(chunk)} LAST\r\n`), ...chunk];
    return [...message, this.quitsWithDot ? END_AND_QUIT : END_OF_DATA];
  }

  /** Postfix sends QUIT before it has seen the reply to the dot, and waits for that one only. */
  private get quitsWithDot(): boolean {
    return this.script.quit === 'with-dot' && this.pipelines && !this.usesBdat;
  }

  private onBodyReply(code: number): void {
    this.reply('body');
    if (code === 250) this.settle('accepted', 'body', code);
    else this.settleByReply('body', code);
    if (this.quitsWithDot) this.hangUp();
    else this.leave(code);
  }

  private sendQuit(): void {
    this.command('quit');
    this.extraReplies = this.script.reset ? 1 : 0;
    this.write('quit', this.script.reset ? 'RSET\r\nQUIT\r\n' : 'QUIT\r\n');
    if (this.script.quit !== 'wait') this.hangUp();
  }

  private onQuitReply(): void {
    this.reply('quit');
    if (this.extraReplies === 0) return this.hangUp();
    this.extraReplies -= 1;
    this.expect('quit');
  }

  /** The server said no: that is the outcome, and this client leaves as it does, or takes no notice. */
  protected override refuse(stage: Stage, code: number): void {
    this.settleByReply(stage, code);
    const next = this.script.heedless && !CLOSING.has(code) ? UNDETERRED[stage] : undefined;
    if (next) this.after(next);
    else this.leave(code);
  }

  private leave(code: number): void {
    // RFC 5321 §3.8, RFC 7504: the server closes after 421 and 521, no QUIT is due.
    if (this.script.quit === 'none' || CLOSING.has(code)) return this.hangUp();
    this.after('quit');
  }

  /** Whether DATA leads to the message: a probe has none, and BDAT does without. */
  private get needsData(): boolean {
    return this.script.message !== undefined && !this.usesBdat;
  }
}

/** Replies after which the server closes the connection. */
const CLOSING: ReadonlySet<number> = new Set([421, 521]);

/** What a client that heeds no reply does after a refusal. */
const UNDETERRED: Readonly<Partial<Record<Stage, Stage>>> = {
  banner: 'helo',
  helo: 'mail',
  mail: 'rcpt',
  data: 'body',
};

function bytesOf(parts: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const part of parts) bytes += part.byteLength;
  return bytes;
}
