// Parses the server's replies (RFC 5321 §4.2) from bytes that may be split anywhere. A reply that lies
// within one chunk, as nearly all do, costs no string until somebody asks for its text.

/** RFC 5321 §4.5.3.1.5 allows 512 octets a line; real servers exceed it, nobody needs this much. */
const MAX_LINE_BYTES = 4096;
/** A reply that never ends is an attack on the client or a server that speaks something else. */
const MAX_REPLY_BYTES = 65_536;

const LF = 10;
const CR = 13;
const SPACE = 32;
const DASH = 45;
const ZERO = 48;

export type ReplyFault = 'not-a-reply' | 'line-too-long' | 'reply-too-long';

export class ReplyParser {
  /** The code of the last line; valid while `complete`. */
  code = 0;
  complete = false;
  fault: ReplyFault | undefined;

  private column = 0;
  private lineCode = 0;
  private continues = false;
  private replyBytes = 0;
  /** What came of this reply in earlier chunks. */
  private carried = '';
  private chunk: Buffer | undefined;
  private start = 0;
  private end = 0;

  /**
   * Reads on in `chunk` from `from` (below `to`) and returns the offset behind what it took: behind
   * the reply when `complete`, `to` when more is needed, anything when there is a `fault`.
   */
  consume(chunk: Buffer, from: number, to: number): number {
    if (this.complete) this.reset();
    this.chunk = chunk;
    this.start = from;
    for (let at = from; at < to; at += 1) {
      const byte = chunk[at] as number;
      if (byte === LF) {
        if (this.endLine()) {
          this.end = at + 1;
          return this.end;
        }
        if (this.fault) return at + 1;
        continue;
      }
      if (!this.takeByte(byte)) return at + 1;
    }
    this.replyBytes += to - from;
    if (this.replyBytes > MAX_REPLY_BYTES) this.fault = 'reply-too-long';
    else this.carried += chunk.toString('latin1', from, to);
    return to;
  }

  /** The reply's text as Latin-1, all lines with their codes. Only until the chunk is reused. */
  text(): string {
    return this.carried + (this.chunk?.toString('latin1', this.start, this.end) ?? '');
  }

  /** Ready for a new connection. */
  reset(): void {
    this.complete = false;
    this.fault = undefined;
    this.column = 0;
    this.lineCode = 0;
    this.continues = false;
    this.replyBytes = 0;
    this.carried = '';
  }

  private takeByte(byte: number): boolean {
    const column = this.column;
    this.column = column + 1;
    if (column < 3) {
      const digit = byte - ZERO;
      const valid = digit >= 0 && digit <= 9 && (column > 0 || (digit >= 2 && digit <= 5));
      if (!valid) {
        this.fault = 'not-a-reply';
        return false;
      }
      this.lineCode = this.lineCode * 10 + digit;
    } else if (column === 3) {
      if (byte !== SPACE && byte !== DASH && byte !== CR) {
        this.fault = 'not-a-reply';
        return false;
      }
      this.continues = byte === DASH;
    } else if (column >= MAX_LINE_BYTES) {
      this.fault = 'line-too-long';
      return false;
    }
    return true;
  }

  /** True when this line ended the reply. Bare LF counts as a line end, as in every real client. */
  private endLine(): boolean {
    if (this.column < 3) {
      this.fault = 'not-a-reply';
      return false;
    }
    this.code = this.lineCode;
    this.complete = !this.continues;
    this.column = 0;
    this.lineCode = 0;
    this.continues = false;
    return this.complete;
  }
}

/** `[5, 1, 1]` of `550 5.1.1 …` (RFC 3463), the last line's; undefined where there is none. */
export function enhancedCode(replyText: string): readonly [number, number, number] | undefined {
  const match = /(?:^|\n)\d{3}[ -]([245])\.(\d{1,3})\.(\d{1,3})(?=[\s]|$)[^\n]*\r?\n?$/.exec(
    replyText,
  );
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}
