// What the bare server answers: no checks, no state but the message's end. Pure.

/** `reject` refuses every recipient, `accept` takes every message, `hold` falls silent at RCPT. */
export const MODES = ['reject', 'accept', 'hold'] as const;
export type Mode = (typeof MODES)[number];

interface Answer {
  readonly replies: string;
  readonly isOver: boolean;
}

const END_OF_MESSAGE = '\r\n.\r\n';
const LINE_END = '\r\n';

export class Dialogue {
  readonly banner = '220 bare.test ESMTP\r\n';
  private readonly mode: Mode;
  /** What has arrived and is not whole yet. */
  private pending = '';
  private inMessage = false;

  constructor(mode: Mode) {
    this.mode = mode;
  }

  /** The replies to all commands that are whole now: one write, however many were pipelined. */
  answer(chunk: string): Answer {
    this.pending += chunk;
    let replies = '';
    for (;;) {
      const unit = this.take();
      if (unit === undefined) return { replies, isOver: false };
      replies += this.reply(unit);
      if (unit === 'QUIT') return { replies, isOver: true };
    }
  }

  /** The verb of the next command, or `.` for a message. */
  private take(): string | undefined {
    const end = this.inMessage ? END_OF_MESSAGE : LINE_END;
    const at = this.pending.indexOf(end);
    if (at < 0) return undefined;
    const verb = this.inMessage ? '.' : this.pending.slice(0, 4).toUpperCase();
    this.pending = this.pending.slice(at + end.length);
    return verb;
  }

  private reply(verb: string): string {
    switch (verb) {
      case 'EHLO':
        return '250-bare.test\r\n250 PIPELINING\r\n';
      case 'RCPT':
        if (this.mode === 'hold') return '';
        return this.mode === 'accept' ? '250 2.1.5 ok\r\n' : '550 5.1.1 no such user\r\n';
      case 'DATA':
        if (this.mode !== 'accept') return '554 5.5.1 no recipients\r\n';
        this.inMessage = true;
        // An empty message is a dot and nothing before it (RFC 5321, 4.1.1.4).
        this.pending = LINE_END + this.pending;
        return '354 go on\r\n';
      case '.':
        this.inMessage = false;
        return '250 2.0.0 taken\r\n';
      case 'QUIT':
        return '221 2.0.0 bye\r\n';
      default:
        return '250 2.0.0 ok\r\n';
    }
  }
}
