// What can be wrong with a scenario, and the only place where that is put into words.
import { EXIT, UserError } from '../errors.ts';
import { suggest } from './suggest.ts';
import type { Path, Place } from './tree.ts';

export type Complaint =
  /** The value is not what it should be. */
  | { readonly kind: 'value'; readonly expected: string; readonly suggestion?: string | undefined }
  | { readonly kind: 'missing'; readonly expected: string }
  | {
      readonly kind: 'unknown-key';
      readonly known: readonly string[];
      /** Keys of the format that are not built yet. */
      readonly later?: readonly string[];
    }
  /** Part of the format, but not built yet. */
  | { readonly kind: 'unsupported' }
  /** Anything else, in a phrase of its own. */
  | {
      readonly kind: 'plain';
      readonly what: string;
      /** Points at the key, not at its value. */
      readonly ofKey?: boolean;
      readonly expected?: string | undefined;
      readonly suggestion?: string | undefined;
    };

export interface Mistake {
  readonly at: Place;
  /** What is wrong, what was found; expected …; did you mean …? */
  readonly message: string;
}

/** Every mistake of a scenario at once. */
export class ScenarioError extends UserError {
  readonly mistakes: readonly Mistake[];
  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(renderMistake).join('\n'), { exitCode: EXIT.usage });
    this.name = 'ScenarioError';
    this.mistakes = mistakes;
  }
}

function renderMistake(mistake: Mistake): string {
  return `${renderPlace(mistake.at)}: ${mistake.message}`;
}

function renderPlace(at: Place): string {
  return 'flag' in at ? at.flag : `${at.file}:${at.line}:${at.column}`;
}

export function describeComplaint(complaint: Complaint, path: Path, found: unknown): string {
  const name = renderPath(path);
  switch (complaint.kind) {
    case 'value':
      return join(`${name} is ${describeFound(found)}`, complaint.expected, complaint.suggestion);
    case 'missing':
      return join(`${name} is missing`, complaint.expected);
    case 'unknown-key':
      return describeUnknownKey(complaint, path, name);
    case 'unsupported':
      return typeof found === 'string' && !['off', 'on'].includes(found)
        ? `${name} is ${quote(found)}, which is not supported yet`
        : `${name} is not supported yet`;
    case 'plain':
      return join(
        path.length === 0 ? complaint.what : `${name}: ${complaint.what}`,
        complaint.expected,
        complaint.suggestion,
      );
  }
}

function describeUnknownKey(
  { known, later = [] }: Extract<Complaint, { kind: 'unknown-key' }>,
  path: Path,
  name: string,
): string {
  const key = String(path.at(-1));
  if (later.includes(key)) return `${name} is not supported yet`;
  const where = renderPath(path.slice(0, -1));
  const guess = suggest(key, [...known, ...later]);
  return join(`unknown key ${quote(key)} in ${where}`, oneOf(known), guess);
}

function join(what: string, expected: string | undefined, suggestion?: string): string {
  const wanted = expected === undefined ? '' : `; expected ${expected}`;
  return `${what}${wanted}${suggestion === undefined ? '' : `; did you mean ${quote(suggestion)}?`}`;
}

/** `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function renderPath(path: Path): string {
  if (path.length === 0) return 'the scenario';
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`))
    .join('');
}

function describeFound(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : String(value);
}

/** Quoted as JSON does, so that control characters in a hostile file cannot reach the terminal. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}
