// A query as sqlite_table(5) has it, with placeholders inside SQL texts ('%s'), made into one whose
// parameters are bound: what a client sends never becomes SQL.
import { EXIT, UserError } from '../../errors.ts';
import { type Letter, parsePattern, partOf } from './pattern.ts';

export interface BoundQuery {
  readonly sql: string;
  /** What to bind for an address; undefined: nothing is to be asked, the answer is no. */
  values(address: string): Record<string, string> | undefined;
}

/** Texts, quoted names, comments, placeholders: whatever is not plain SQL. */
const TOKENS =
  /('(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\/|%[\s\S]?)/;

/** @throws UserError (2) with what is wrong with the query. */
export function bindQuery(query: string): BoundQuery {
  const letters = new Set<Letter>();
  if (!/^\s*(select|with|values)\b/i.test(query)) throw wrong(query, 'it is no SELECT');
  const sql = query
    .split(TOKENS)
    .map((token) => {
      if (token.startsWith("'")) return bindText(token, query, letters);
      if (token.startsWith('%')) return bindPlain(token, query, letters);
      if (/^["`[]/.test(token) && /%[^%]/.test(token)) {
        throw wrong(query, `${token} is the name of a column; a text stands in single quotes`);
      }
      return token;
    })
    .join('');
  if (!letters.has('s') && !letters.has('u')) {
    throw wrong(query, "it does not ask for the address ('%s') or its local part ('%u')");
  }
  return { sql, values: (address) => valuesFor(letters, address) };
}

function valuesFor(letters: ReadonlySet<Letter>, address: string) {
  const values: Record<string, string> = {};
  for (const letter of letters) {
    const part = partOf(address, letter);
    if (part === undefined) return undefined;
    values[nameOf(letter)] = part;
  }
  return values;
}

const nameOf = (letter: Letter): string => `:key_${letter}`;

/** `'a-%u'` becomes `('a-' || :key_u)`. */
function bindText(token: string, query: string, letters: Set<Letter>): string {
  const parts = patternOf(token.slice(1, -1), query).map((part) => {
    if (typeof part === 'string') return `'${part}'`;
    letters.add(part.letter);
    return nameOf(part.letter);
  });
  return parts.length === 0 ? "''" : `(${parts.join(' || ')})`;
}

function bindPlain(token: string, query: string, letters: Set<Letter>): string {
  const [part = ''] = patternOf(token, query);
  if (typeof part === 'string') return part;
  letters.add(part.letter);
  return nameOf(part.letter);
}

function patternOf(text: string, query: string) {
  const pattern = parsePattern(text);
  if ('unknown' in pattern) throw wrong(query, `${pattern.unknown} means nothing here`);
  return pattern;
}

function wrong(query: string, why: string): UserError {
  return new UserError(`recipients.query ${JSON.stringify(query)} cannot be asked: ${why}`, {
    exitCode: EXIT.usage,
    hint: "As in sqlite_table(5): SELECT 1 FROM mailbox WHERE username = '%s'.",
  });
}
