// How one SMTP client session begins: banner, greeting, the server's offers, TLS. What follows is the
// mail transaction's business (client-session.ts).
import { ClientConnection } from './client-connection.ts';
import { NO_OFFERS, type Offers, offersIn } from './offers.ts';
import type { Script } from './script.ts';
import type { Stage } from './stage.ts';

/** How a target that trusts the client is told which simulated host it speaks for. */
export interface Introduction {
  /** Goes in front of everything: a PROXY header. */
  readonly prelude?: Uint8Array;
  /** The attributes of an XCLIENT command, sent where it is offered. */
  readonly xclient?: string;
}

export abstract class ClientGreeting extends ClientConnection {
  protected script: Script = NO_SCRIPT;
  /** MAIL, RCPT and DATA go in one flight. */
  protected pipelines = false;
  protected sizeOffered = false;
  /** BODY=8BITMIME is announced. */
  protected announces8Bit = false;
  protected usesBdat = false;
  /** Replies still to come to lines that are no commands of SMTP, or to RSET. */
  protected extraReplies = 0;
  private introduction: Introduction | undefined;
  private triedHelo = false;
  /** XCLIENT was sent: the next reply greets anew. */
  private introducing = false;

  /** Ready for a new connection. */
  protected greetWith(script: Script, introduction: Introduction | undefined): void {
    this.script = script;
    this.introduction = introduction;
    this.pipelines = script.pipelining === 'unasked';
    this.sizeOffered = false;
    this.announces8Bit = false;
    this.usesBdat = false;
    this.extraReplies = 0;
    this.triedHelo = script.greeting === 'HELO';
    this.introducing = false;
  }

  /** The commands of the mail transaction that go in one flight. */
  protected abstract envelope(): string;
  /** The server said no. */
  protected abstract refuse(stage: Stage, code: number): void;

  protected override onConnected(): void {
    const prelude = this.introduction?.prelude;
    if (prelude) this.socket?.write(prelude);
    // Who speaks for others has to wait for the banner, and so loses that habit.
    if (this.script.pregreets && !this.introduction?.xclient) this.sendHelo('banner');
  }

  protected onBanner(code: number): void {
    this.reply('banner');
    if (code === 250 && this.script.pregreets) return this.onMergedReply(code);
    if (code !== 220) return this.refuse('banner', code);
    if (this.introduction?.xclient) return this.introduce();
    if (this.script.pregreets) this.expect('helo');
    else this.after('helo');
  }

  /**
   * postscreen's `220-` to a client that spoke before its turn is never finished: the lines of its reply
   * to HELO follow at once.
   */
  private onMergedReply(code: number): void {
    this.expect('helo');
    this.onHeloReply(code);
  }

  /** `awaited`: the reply that comes first. */
  protected sendHelo(awaited: 'banner' | 'helo' = 'helo'): void {
    this.command('helo');
    const { helo, opening } = this.script;
    let flight = `${this.triedHelo ? 'HELO' : 'EHLO'} ${helo}\r\n`;
    if (opening) {
      flight = opening + flight;
      this.extraReplies = opening.split('\r\n').length - 1;
    }
    if (this.script.pipelining === 'unasked') flight += this.envelope();
    this.write(awaited, flight);
  }

  protected onHeloReply(code: number): void {
    this.reply('helo');
    if (this.extraReplies > 0) {
      this.extraReplies -= 1;
      // Postfix says 221 and hangs up on a request of HTTP (smtpd_forbidden_commands).
      if (code === 221) return this.onFarewell(code);
      if (code !== 421) return this.expect('helo');
    }
    if (this.introducing) return this.onIntroduced(code);
    // Where a PROXY header was sent the refusal may be of that: asking again would hide it.
    if (code >= 500 && this.introduction?.prelude) return this.onIntroduced(code);
    if (code >= 500 && !this.triedHelo && !this.script.heedless) {
      // RFC 5321 §3.2: a server that does not know EHLO is asked again with HELO.
      this.triedHelo = true;
      return this.after('helo');
    }
    if (code !== 250) return this.refuse('helo', code);
    if (this.script.pipelining === 'unasked') return this.expect('mail');
    const offers = this.triedHelo ? NO_OFFERS : offersIn(this.parser.text());
    this.takeOffers(offers);
    const upgrades = this.script.starttls && this.tls === 'none';
    this.after(upgrades && offers.starttls ? 'starttls' : 'mail');
  }

  private onFarewell(code: number): void {
    this.settle('dropped', 'helo', code);
    this.hangUp();
  }

  private takeOffers(offers: Offers): void {
    const { pipelining, eightBit, chunk } = this.script;
    this.pipelines = pipelining === true && offers.pipelining;
    this.sizeOffered = offers.size;
    this.announces8Bit = eightBit === true && offers.eightBit;
    this.usesBdat = chunk !== undefined && offers.chunking;
  }

  /** At once and before any greeting: it is no part of the dialogue that is measured. */
  private introduce(): void {
    this.introducing = true;
    this.command('helo');
    this.write('helo', `XCLIENT ${this.introduction?.xclient}\r\n`);
    this.introduction = undefined;
  }

  private onIntroduced(code: number): void {
    this.introducing = false;
    if (code === 220) return this.after('helo');
    // It does not trust us: all hosts would be one to it.
    this.settleByReply('helo', code);
    this.hangUp();
  }

  protected sendStarttls(): void {
    this.command('starttls');
    this.write('starttls', 'STARTTLS\r\n');
  }

  protected onStarttlsReply(code: number): void {
    if (code === 220) {
      this.expect('starttls');
      return this.secure();
    }
    // RFC 3207 §4: without TLS after all, for a client that does not insist on it.
    this.reply('starttls');
    this.after('mail');
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
