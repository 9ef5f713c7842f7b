// CSV (RFC 4180) by the line: fields in double quotes may hold separators, doubled quotes and line ends.

/** A record that goes on for so long has a quote that is never closed. */
const MAX_RECORD = 65536;

export type CsvRecord = (fields: readonly string[], line: number) => void;

export interface CsvReader {
  /** A line without its end, and its number. @throws CsvMistake for quotes that do not close. */
  push(line: string, number: number): void;
  /** After the last line. @throws CsvMistake as well. */
  end(): void;
}

/** What makes the rest of a file unreadable; `line` is where it begins. */
export class CsvMistake extends Error {
  readonly line: number;
  constructor(line: number) {
    super('a quote opens in this line and is never closed');
    this.name = 'CsvMistake';
    this.line = line;
  }
}

/** A blank line is no record. `line` of a record is its first one. */
export function csvReader(separator: string, onRecord: CsvRecord): CsvReader {
  let open = '';
  let firstLine = 0;
  return {
    push(line, number) {
      if (firstLine === 0 && !line.includes('"')) {
        if (line !== '') onRecord(line.split(separator), number);
        return;
      }
      open = firstLine === 0 ? line : `${open}\n${line}`;
      if (firstLine === 0) firstLine = number;
      const fields = splitQuoted(open, separator);
      if (fields) {
        const begun = firstLine;
        open = '';
        firstLine = 0;
        onRecord(fields, begun);
      } else if (open.length > MAX_RECORD) throw new CsvMistake(firstLine);
    },
    end() {
      if (firstLine > 0) throw new CsvMistake(firstLine);
    },
  };
}

/**
 * Undefined while a quote is open. A quote within an unquoted field stands for itself, and what follows a
 * closing quote belongs to the field: a reader of addresses will refuse it.
 */
function splitQuoted(text: string, separator: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    let field = '';
    if (text[at] === '"') {
      const closed = closingQuote(text, at + 1);
      if (closed < 0) return undefined;
      field = text.slice(at + 1, closed).replaceAll('""', '"');
      at = closed + 1;
    }
    const end = text.indexOf(separator, at);
    fields.push(field + text.slice(at, end < 0 ? text.length : end));
    if (end < 0) return fields;
    at = end + separator.length;
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
