// Recipients in a text file: an address a line, or Postfix' table source (`address value`, postmap(1)). What
// stands behind white space, and lines that are empty or begin with # or white space, mean nothing here.
import { createReadStream } from 'node:fs';
import { EXIT, UserError } from '../../errors.ts';
import { keys } from './lookup.ts';
import { ownFile, unreadable } from './own-file.ts';
import type { LoadTable, Table } from './watched-file.ts';

/** Others have their turn between two chunks: some 5,000 lines, a few ms. */
const CHUNK_BYTES = 128 * 1024;

/**
 * Reads a file of the user's whole. One that does not end with a line's end is taken for half-written,
 * unless the one before did not either. It throws UserError (3) for that, when there is no address in the
 * file, and when it cannot be read.
 */
export function textLoader(): LoadTable {
  let endedBefore = false;
  return async (path) => {
    const { known, ended } = await readUserFile(path);
    if (endedBefore && !ended) throw unfit(path, 'it ends within a line');
    if (known.size === 0) throw unfit(path, 'it has no address');
    endedBefore = ended;
    return tableOf(known);
  };
}

/** The world's mailboxes by way of a file. @throws UserError (3) when it cannot be written. */
export async function makeTextTable(addresses: readonly string[]): Promise<Table> {
  const lines = addresses.map((address) => `${address} OK\n`);
  const fd = await ownFile(Buffer.from(lines.join('')));
  return tableOf((await read(createReadStream('', { ...READING, fd, start: 0 }))).known);
}

const READING = { encoding: 'utf8', highWaterMark: CHUNK_BYTES } as const;

interface Content {
  readonly known: Set<string>;
  /** Whether the last line had its end. */
  readonly ended: boolean;
}

async function readUserFile(path: string): Promise<Content> {
  try {
    return await read(createReadStream(path, READING));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function read(chunks: AsyncIterable<string>): Promise<Content> {
  const known = new Set<string>();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) addKey(known, line);
  }
  addKey(known, rest);
  return { known, ended: rest === '' };
}

const NO_KEY = /^[#\s]/;

function addKey(known: Set<string>, line: string): void {
  if (line === '' || NO_KEY.test(line)) return;
  const end = line.search(/\s/);
  known.add((end < 0 ? line : line.slice(0, end)).toLowerCase());
}

function tableOf(known: ReadonlySet<string>): Table {
  return {
    has: (address) => known.has(address),
    extent: keys(known.size),
    close: () => undefined,
  };
}

function unfit(path: string, why: string): UserError {
  return new UserError(`${path} is no table of recipients: ${why}`, {
    exitCode: EXIT.environment,
    hint: 'Expected a text file with an address at the beginning of each line.',
  });
}
