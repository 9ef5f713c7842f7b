// Recipients in a cdb file, the program's own or the user's. Looked into only after all of it was checked.
import { closeSync, openSync } from 'node:fs';
import { CdbReader } from '../cdb.ts';
import { keys } from './lookup.ts';
import { unreadable } from './own-file.ts';
import type { Table } from './watched-file.ts';

/** @throws UserError (3) when the file cannot be read or is no complete cdb. */
export async function openCdbTable(path: string): Promise<Table> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return cdbTable(fd, path);
}

/** Takes the descriptor over. @throws UserError (3) when the file is no complete cdb. */
export async function cdbTable(fd: number, name: string): Promise<Table> {
  try {
    const reader = new CdbReader(fd, name);
    const records = await reader.verify();
    return {
      has: (address) => reader.has(address),
      extent: keys(records),
      close: () => closeSync(fd),
    };
  } catch (cause) {
    closeSync(fd);
    // A folder is opened like a file, and only fails to be read.
    throw cause instanceof Error && 'code' in cause ? unreadable(name, cause) : cause;
  }
}
