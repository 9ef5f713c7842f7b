// The dialogue of the bot filter with a client that it will not hand on: polite up to RCPT, where the
// client learns why. As postscreen's own engine (POSTSCREEN_README), few commands and no extension.
import type { Reply } from './stage-book.ts';

/** postscreen_command_count_limit. */
const MOST_COMMANDS = 20;
/** postscreen_forbidden_commands, and what looks like a message header or nothing at all. */
const NOT_SMTP = /^(?:CONNECT|GET|POST|\S+:)(?:\s|$)/i;

/** What no mail server does, once it is told what follows. */
export type Violation = 'pipelining' | 'command' | 'newline';

export interface ScreenAnswer {
  /** Whole lines, for the client. */
  readonly lines: readonly string[];
  /** The server's part is over. */
  readonly closes: boolean;
}

export class ScreenDialogue {
  readonly #name: string;
  readonly #verdict: Reply;
  readonly #deep: boolean;
  #rest = '';
  #commands = 0;
  /** The first thing that gave the client away; only where it was looked for. */
  violation: Violation | undefined;
  /** Replies to RCPT by code. */
  readonly #onRcpt: (code: number) => void;

  constructor(name: string, deep: boolean, verdict: Reply, onRcpt: (code: number) => void) {
    this.#name = name;
    this.#deep = deep;
    this.#verdict = verdict;
    this.#onRcpt = onRcpt;
  }

  /** @param text what came at once, in latin1 */
  take(text: string): ScreenAnswer {
    const lines: string[] = [];
    this.#rest += text;
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n')) {
      const line = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + 1);
      if (this.#deep) this.#judge(line);
      this.#commands += 1;
      if (this.#commands > MOST_COMMANDS) {
        return {
          lines: [...lines, `421 4.7.0 ${this.#name} Error: too many commands`],
          closes: true,
        };
      }
      const reply = this.#answer(line.trimEnd());
      lines.push(reply);
      if (reply.startsWith('221')) return { lines, closes: true };
    }
    return { lines, closes: false };
  }

  #judge(line: string): void {
    const found = !line.endsWith('\r')
      ? 'newline'
      : NOT_SMTP.test(line)
        ? 'command'
        : this.#rest !== ''
          ? 'pipelining'
          : undefined;
    this.violation ??= found;
  }

  #answer(line: string): string {
    const verb = line.slice(0, 4).toUpperCase();
    switch (verb) {
      case 'HELO':
      case 'EHLO':
        return `250 ${this.#name}`;
      case 'MAIL':
        return '250 2.1.0 Ok';
      case 'RCPT': {
        const { code, text } = this.violation ? PROTOCOL_ERROR : this.#verdict;
        this.#onRcpt(code);
        return `${code} ${text}`;
      }
      case 'RSET':
      case 'NOOP':
        return '250 2.0.0 Ok';
      case 'QUIT':
        return '221 2.0.0 Bye';
      case 'DATA':
        return '503 5.5.1 Error: need RCPT command';
      default:
        return '502 5.5.2 Error: command not recognized';
    }
  }
}

export const PROTOCOL_ERROR: Reply = { code: 550, text: '5.5.1 Protocol error' };
