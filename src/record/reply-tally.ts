// How often each reply was given that decided a session, by reply code and enhanced status code.

/** Real servers give a handful; a hostile one makes up another each time, and must not fill the memory. */
const MOST_REPLIES = 100;
/** The name of all beyond them. */
const OTHER = 'other';

export class ReplyTally {
  private readonly counts = new Map<number, number>();
  private other = 0;

  /**
   * `enhanced`: subject × 1000 + detail + 1, 0 for none. Beyond MOST_REPLIES different ones those that
   * come first in numeric order are kept, plain codes before all: which they are, and their counts, do
   * not depend on the order of arrival.
   */
  add(code: number, enhanced: number): void {
    const key = enhanced * 1000 + code;
    const count = this.counts.get(key);
    if (count === undefined) this.admit(key);
    else this.counts.set(key, count + 1);
  }

  /** `{"550 5.1.1": 120}`. */
  named(): ReadonlyMap<string, number> {
    const named = new Map<string, number>();
    for (const [key, count] of this.counts) named.set(nameOf(key), count);
    if (this.other > 0) named.set(OTHER, this.other);
    return named;
  }

  private admit(key: number): void {
    this.counts.set(key, 1);
    if (this.counts.size <= MOST_REPLIES) return;
    const last = Math.max(...this.counts.keys());
    this.other += this.counts.get(last) ?? 0;
    this.counts.delete(last);
  }
}

/** The class of an enhanced code is that of the reply (RFC 3463 §3). */
function nameOf(key: number): string {
  const code = key % 1000;
  const enhanced = Math.floor(key / 1000);
  if (enhanced === 0) return String(code);
  const subjectAndDetail = enhanced - 1;
  const subject = Math.floor(subjectAndDetail / 1000);
  return `${code} ${Math.floor(code / 100)}.${subject}.${subjectAndDetail % 1000}`;
}
