// What a table of valid recipients offers whoever asks it, in whatever form it is kept.

export interface RecipientLookup {
  /**
   * In any case of letters. A promise only where a look-up waits for somebody else.
   * @throws LookupFailure, or rejects with it, when the table cannot tell.
   */
  has(address: string): boolean | Promise<boolean>;
  /** One line for the report. */
  readonly describe: string;
  /** What went wrong since the start, a sentence each. */
  warnings(): readonly string[];
  close(): void;
}

/** A table that cannot tell now: the mail server's answer is a temporary one, not "unknown". */
export class LookupFailure extends Error {
  constructor(why: string, cause?: unknown) {
    super(why, { cause });
    this.name = 'LookupFailure';
  }
}

/** Look-ups that failed, and why the last of them did. */
export class Failures {
  #count = 0;
  #last = '';

  /** Counts one; for throwing. */
  note(cause: unknown): LookupFailure {
    const why = cause instanceof Error ? cause.message : String(cause);
    this.#count += 1;
    this.#last = why;
    return new LookupFailure(why, cause);
  }

  warnings(table: string): string[] {
    if (this.#count === 0) return [];
    const times = this.#count === 1 ? '1 look-up' : `${this.#count} look-ups`;
    return [`${times} in the recipient table ${table} failed: ${this.#last}`];
  }
}

/** `1 key`, `2 keys`. */
export function keys(count: number): string {
  return count === 1 ? '1 key' : `${count} keys`;
}
