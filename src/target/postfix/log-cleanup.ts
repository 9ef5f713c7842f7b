// Messages that cleanup turned away at their end: by a rule about their content, by a milter, or because
// it could not do its own work. Its log has the enhanced status only; the reply's code follows from what went
// wrong (cleanup_strerror(3) of Postfix). Pure.
import { queueIdOf } from './log-line.ts';

export interface Turned {
  readonly code: string;
  readonly cause: string;
}

/** The text of a rule may be a client's own: what Postfix says stands behind it. */
const BY_RULE = /^reject: .* from \S+\[(?!127\.0\.0\.1\])\S+\]; .*: ([45])\.\d{1,3}\.\d{1,3} /;
const BY_MILTER = /^milter-reject: END-OF-MESSAGE from \S+: ([45])\.\d{1,3}\.\d{1,3} /;
/** A mail bomb's end, a table that does not answer, a disk that takes no more. */
const TROUBLE: readonly (readonly [RegExp, Turned])[] = [
  [/^queue file size limit exceeded/, { code: '552', cause: 'too large' }],
  [/message not accepted, try again later/, { code: '451', cause: 'trouble of its own' }],
  [/^write queue file: /, { code: '451', cause: 'trouble of its own' }],
];
/** Messages that are told of more than once lie close together. */
const REMEMBERED = 1000;

export class CleanupTally {
  readonly #told = new Set<string>();

  /** Undefined for a line that tells of no message turned away, or of one that was told of before. */
  line(text: string): Turned | undefined {
    const warned = text.startsWith('warning: ');
    const said = warned ? text.slice('warning: '.length) : text;
    const id = queueIdOf(said);
    if (id === undefined) return undefined;
    const turned = (warned ? inTrouble : byRule)(said.slice(id.length + 2));
    if (!turned || this.#told.has(id)) return undefined;
    this.#told.add(id);
    for (const [oldest] of this.#told.entries()) {
      if (this.#told.size <= REMEMBERED) break;
      this.#told.delete(oldest);
    }
    return turned;
  }
}

function byRule(text: string): Turned | undefined {
  const [, kind] = BY_MILTER.exec(text) ?? BY_RULE.exec(text) ?? [];
  if (kind === undefined) return undefined;
  const cause = text.startsWith('milter') ? 'milter' : 'content';
  return { code: kind === '4' ? '451' : '550', cause };
}

function inTrouble(text: string): Turned | undefined {
  return TROUBLE.find(([pattern]) => pattern.test(text))?.[1];
}
