// A CSV file, as SQL programs print the answer to a query: one of its columns has the addresses.
import { EXIT, UserError } from '../errors.ts';
import { CsvMistake, csvReader } from './csv.ts';
import { fileVersion, inputName, readLines, STANDARD_INPUT } from './lines.ts';
import type { Source, Taker } from './source.ts';

export interface CsvOptions {
  /** A column's name, or its number from 1. Undefined: found. */
  readonly column: string | undefined;
  readonly separator: string;
  /** Local parts without a domain are addresses, so that a first record without `@` may be one. */
  readonly bare: boolean;
}

/** What columns of addresses are called in the databases of mail servers. */
const USUAL_NAMES = [
  'mail',
  'email',
  'e-mail',
  'address',
  'username',
  'recipient',
  'mailbox',
  'emailaddress',
  'email_address',
];

export function csvSource(path: string, options: CsvOptions): Source {
  const name = inputName(path);
  return {
    name,
    placeOf: (place) => `${name}:${place}`,
    read: async (taker, signal) => {
      const reader = csvReader(options.separator, recordReader(name, options, taker));
      try {
        await readLines(path, reader.push, signal);
        reader.end();
      } catch (error) {
        if (!(error instanceof CsvMistake)) throw error;
        const message = `${name}:${error.line}: ${error.message}`;
        throw new UserError(message, { exitCode: EXIT.environment, cause: error });
      }
    },
    ...(path === STANDARD_INPUT ? {} : { version: () => fileVersion(path) }),
  };
}

function recordReader(name: string, options: CsvOptions, taker: Taker) {
  let at: number | undefined;
  return (fields: readonly string[], line: number): void => {
    if (at === undefined) {
      const found = findColumn(fields, options, name);
      at = found.at;
      if (found.isHeader) return;
    }
    const field = fields[at]?.trim();
    if (field === undefined) {
      taker.refuse(fields.join(' '), line, `it has no column ${at + 1}`);
    } else if (field === '' || field === 'NULL') taker.skip();
    else taker.take(field, line);
  };
}

/** From the first record. @throws UserError (2) when there is no such column, or several may be meant. */
function findColumn(
  first: readonly string[],
  { column, bare }: CsvOptions,
  name: string,
): { readonly at: number; readonly isHeader: boolean } {
  const names = first.map((field) => field.trim().toLowerCase());
  const usual = names.findIndex((field) => USUAL_NAMES.includes(field));
  const isHeader = !first.some((field) => field.includes('@')) && (usual >= 0 || !bare);
  if (column === undefined) return guessColumn(names, isHeader ? usual : -1, name);
  const number = /^\d+$/.test(column) ? Number(column) : undefined;
  if (number === undefined) {
    const at = names.indexOf(column.toLowerCase());
    if (at < 0) throw noColumn(name, column, first);
    return { at, isHeader: true };
  }
  if (number < 1 || number > first.length) throw noColumn(name, column, first);
  return { at: number - 1, isHeader };
}

function guessColumn(names: readonly string[], usual: number, name: string) {
  if (usual >= 0) return { at: usual, isHeader: true };
  if (names.length === 1) return { at: 0, isHeader: false };
  const addresses = names.flatMap((field, at) => (field.includes('@') ? [at] : []));
  const [only] = addresses;
  if (only !== undefined && addresses.length === 1) return { at: only, isHeader: false };
  throw new UserError(`${name}: it is not clear which column has the addresses`, {
    exitCode: EXIT.usage,
    hint: `Name it with --column, by its name or its number; the first record is ${names.join(', ')}.`,
  });
}

function noColumn(name: string, column: string, first: readonly string[]): UserError {
  return new UserError(`${name} has no column ${column}`, {
    exitCode: EXIT.usage,
    hint: `It has ${first.length}: ${first.join(', ')}.`,
  });
}
