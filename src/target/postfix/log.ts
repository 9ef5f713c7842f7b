// Postfix' own account of a run, counted from its mail log line by line. Pure.
import type { TargetTotals } from '../target.ts';

const LINE = /postfix\/([\w/-]+)\[\d+\]: (.*)$/;
const REJECT = /^(?:NOQUEUE|\w+): reject: RCPT from \S+: (\d{3})[ -]/;
/** The client left, or Postfix lost its patience with it, before it had said a whole command. */
const SILENT = /^(?:lost connection|timeout) after CONNECT /;
const RECEIVED = /^(\w+): client=/;
const QUEUED = /^(\w+): from=<.*>, size=\d+, nrcpt=\d+ \(queue active\)$/;
const PROCESS_LIMIT = /has reached its process limit "(\d+)"/;
const FATAL = /^(?:fatal|panic): /;

/**
 * Advice that goes with another warning, what clients do wrong, and a file's time stamp that the kernel
 * rounded up by a second: no news about the server.
 */
const NO_NEWS =
  /^warning: (?:see https?:|to avoid this condition|non-SMTP command|Illegal address|hostname |TLS library problem: |file system clock is 1 seconds |resetting file time stamps)/;

/** Distinct warnings kept; a broken configuration repeats a few of them by the thousand. */
const MOST_KINDS = 8;

export class LogTally {
  #sessions = 0;
  #lostAfterConnect = 0;
  #accepted = 0;
  #processLimitHits = 0;
  #processLimit = '';
  /** Queue files that came in by SMTP and are not in the queue manager's hands yet. */
  readonly #incoming = new Set<string>();
  readonly #rejects: Record<string, number> = {};
  readonly #fatal = new Map<string, number>();
  readonly #warnings = new Map<string, number>();

  line(line: string): void {
    const [, program, text] = LINE.exec(line) ?? [];
    if (program === undefined || text === undefined) return;
    if (FATAL.test(text)) note(this.#fatal, `${program}: ${text}`);
    else if (text.startsWith('warning: ')) this.#warning(program, text);
    else if (program.endsWith('smtpd')) this.#smtpd(text);
    else if (program.endsWith('qmgr')) this.#qmgr(text);
  }

  #smtpd(text: string): void {
    if (text.startsWith('connect from ')) this.#sessions += 1;
    else if (SILENT.test(text)) this.#lostAfterConnect += 1;
    else {
      const code = REJECT.exec(text)?.[1];
      if (code !== undefined) this.#rejects[code] = (this.#rejects[code] ?? 0) + 1;
      const id = RECEIVED.exec(text)?.[1];
      if (id !== undefined) this.#incoming.add(id);
    }
  }

  /** A client may leave after RCPT: only a message that reaches the queue manager was accepted. */
  #qmgr(text: string): void {
    const id = QUEUED.exec(text)?.[1];
    // Not in the set: a message of Postfix' own, or one that is tried once more.
    if (id !== undefined && this.#incoming.delete(id)) this.#accepted += 1;
  }

  #warning(program: string, text: string): void {
    // The client left before its PROXY header: nobody was greeted. Logged as no lost connection.
    if (text === 'warning: haproxy read: EOF') {
      this.#lostAfterConnect += 1;
      return;
    }
    const limit = PROCESS_LIMIT.exec(text)?.[1];
    if (limit !== undefined) {
      this.#processLimitHits += 1;
      this.#processLimit = limit;
    } else if (!NO_NEWS.test(text)) note(this.#warnings, `${program}: ${text}`);
  }

  /** The latest fatal error, in the log's own words. */
  get fatal(): string | undefined {
    return [...this.#fatal.keys()].at(-1);
  }

  /** The first warning, in the log's own words. */
  get firstWarning(): string | undefined {
    return [...this.#warnings.keys()].at(0);
  }

  totals(): TargetTotals {
    return {
      sessions: this.#sessions,
      lostAfterConnect: this.#lostAfterConnect,
      rcptRejects: { ...this.#rejects },
      accepted: this.#accepted,
      warnings: [...this.#sentences()],
    };
  }

  *#sentences(): Generator<string> {
    for (const [text, count] of this.#fatal)
      yield `Postfix stopped working ${times(count)}: ${text}`;
    if (this.#processLimitHits > 0) {
      yield `Postfix ran out of its ${this.#processLimit} processes ${times(this.#processLimitHits)} (one warning at most in so many seconds); unless stress is set, it then works in stress mode`;
    }
    for (const [text, count] of this.#warnings) yield `Postfix warned ${times(count)}: ${text}`;
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

const OTHERS = 'other things, which are in its log';

/** Counts under a key without its numbers, so that process ids and ports make no kinds of their own. */
function note(kinds: Map<string, number>, text: string): void {
  const kind = text
    .slice(0, 200)
    .replaceAll(/\b\d+\.\d+\.\d+\.\d+\b/g, 'ADDRESS')
    .replaceAll(/\b\d{3,}\b/g, 'N');
  const known = kinds.has(kind) || kinds.size < MOST_KINDS ? kind : OTHERS;
  kinds.set(known, (kinds.get(known) ?? 0) + 1);
}
