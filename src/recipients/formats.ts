// The forms that a table is written in: cdb; a text list, an address a line; the source of a Postfix map.
import { extname } from 'node:path';
import { CdbWriter, type WriteAt } from '../world/cdb-writer.ts';

export const FORMATS = ['cdb', 'text', 'hash'] as const;
export type Format = (typeof FORMATS)[number];

/** What each address is mapped to; Postfix asks no more of recipients' tables than that there is something. */
const VALUE = Buffer.from('OK');
const PIECE_BYTES = 1 << 20;
const LONGEST_LINE = 512;

const LINE_ENDS = { text: '\n', hash: ' OK\n' } as const;

export function formatOf(path: string): Format {
  const extension = extname(path).toLowerCase();
  return extension === '.cdb' ? 'cdb' : extension === '.txt' ? 'text' : 'hash';
}

/** Answers the file's size in bytes. @throws UserError (3) when a cdb would grow beyond 4 GB. */
export function writeTable(format: Format, addresses: Iterable<Buffer>, write: WriteAt): number {
  if (format !== 'cdb') return writeLines(addresses, LINE_ENDS[format], write);
  const writer = new CdbWriter(write);
  for (const address of addresses) writer.add(address, VALUE);
  return writer.finish();
}

function writeLines(addresses: Iterable<Buffer>, end: string, write: WriteAt): number {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let filled = 0;
  let position = 0;
  const flush = () => {
    write(piece.subarray(0, filled), position);
    position += filled;
    filled = 0;
  };
  for (const address of addresses) {
    if (filled + LONGEST_LINE > PIECE_BYTES) flush();
    filled += address.copy(piece, filled);
    filled += piece.write(end, filled);
  }
  flush();
  return position;
}
