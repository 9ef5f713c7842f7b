// What Postfix complains of in its log, as sentences: each kind once, with how often it came. Pure.

const PROCESS_LIMIT = /has reached its process limit "(\d+)"/;

/**
 * Advice that goes with another warning, what clients do wrong, and a file's time stamp that the kernel
 * rounded up by a second: no news about the server.
 */
const NO_NEWS =
  /^warning: (?:see https?:|to avoid this condition|non-SMTP command|Illegal address|hostname |TLS library problem: |file system clock is 1 seconds |resetting file time stamps|dict_nis_init: )/;

/**
 * A table of a program that mail has to pass: every message is put off. Not a look-up that failed: an
 * overwhelmed directory is what a run is to show.
 */
const UNOPENED = /^warning: \S+ is unavailable\. (?:open|unsupported)/;
const ON_THE_WAY = new Set(['smtpd', 'cleanup', 'trivial-rewrite', 'qmgr']);

/** Distinct warnings kept; a broken configuration repeats a few of them by the thousand. */
const MOST_KINDS = 8;
const LONGEST = 200;
const OTHERS = 'other things, which are in its log';

export class LogWarnings {
  #processLimitHits = 0;
  #processLimit = '';
  readonly #fatal = new Map<string, number>();
  readonly #warnings = new Map<string, number>();

  /** The first table that could not be opened, in the log's own words. */
  unopened: string | undefined;

  /** The same of any program, such as one that delivers. */
  lacking: string | undefined;

  /** The latest fatal error, in the log's own words. */
  lastFatal: string | undefined;

  /** The first warning, in the log's own words. */
  first: string | undefined;

  fatal(program: string, text: string): void {
    this.lastFatal = `${program}: ${text}`;
    note(this.#fatal, `${program}: ${text}`);
  }

  warning(program: string, text: string): void {
    if (UNOPENED.test(text)) {
      const said = `${program}: ${text}`;
      this.lacking ??= said;
      if (ON_THE_WAY.has(program)) this.unopened ??= said;
    }
    const limit = PROCESS_LIMIT.exec(text)?.[1];
    if (limit !== undefined) {
      this.#processLimitHits += 1;
      this.#processLimit = limit;
    } else if (!NO_NEWS.test(text)) {
      this.first ??= `${program}: ${text}`;
      note(this.#warnings, `${program}: ${text}`);
    }
  }

  *sentences(): Generator<string> {
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

/** Counts under a key without its numbers, so that process ids, queue ids and ports make no kinds of their own. */
function note(kinds: Map<string, number>, text: string): void {
  const kind = text
    .replaceAll(/\b\d+\.\d+\.\d+\.\d+\b/g, 'ADDRESS')
    // A queue id.
    .replaceAll(/\b(?=[0-9A-F]*\d)[0-9A-F]{6,}\b/g, 'ID')
    .replaceAll(/\b\d{3,}\b/g, 'N')
    .slice(0, LONGEST);
  const known = kinds.has(kind) || kinds.size < MOST_KINDS ? kind : OTHERS;
  kinds.set(known, (kinds.get(known) ?? 0) + 1);
}
