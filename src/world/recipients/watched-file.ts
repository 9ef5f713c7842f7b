// A table in a file of the user's, who replaces it while we run: once a second, as long as look-ups come,
// the file is looked at, and another one is taken up when it has stayed the same for one more look. A file
// that is gone or cannot be read leaves the table as it was.
import { type BigIntStats, statSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { Failures, type RecipientLookup } from './lookup.ts';

const LOOK_MS = 1000;

/** What a file held when it was read. */
export interface Table {
  /** The address is in lower case. @throws UserError when the file has been damaged since. */
  has(address: string): boolean;
  close(): void;
  /** For the report, e.g. `2 keys`. */
  readonly extent: string;
}

/** @throws UserError (3) when the file cannot be read, or is not what it should be. */
export type LoadTable = (path: string) => Promise<Table>;

export interface Watched {
  readonly path: string;
  /** Begins the report's line: `text file`. */
  readonly kind: string;
  readonly load: LoadTable;
  readonly clock: () => number;
}

/** @throws UserError (3) when the file is not there or `load` does not take it. */
export async function openWatched(watched: Watched): Promise<WatchedFile> {
  const stamp = stampOf(watched.path);
  return new WatchedFile(watched, stamp, await watched.load(watched.path));
}

class WatchedFile implements RecipientLookup {
  readonly describe: string;
  readonly #watched: Watched;
  readonly #failures = new Failures();
  #table: Table;
  /** Of the file that is the table now. */
  #stamp: string | undefined;
  /** At the last look; another table is taken up when it was the same twice. */
  #seen: string | undefined;
  /** Of a file that could not be taken up: not tried again. */
  #refused: string | undefined;
  #nextLook: number;
  #loading: Promise<void> | undefined;
  #closed = false;
  /** Times that the file had disappeared, and files that were not taken up, with the reason of the last. */
  #gone = 0;
  #unfit = 0;
  #reason = '';

  constructor(watched: Watched, stamp: string | undefined, table: Table) {
    this.#watched = watched;
    this.#stamp = stamp;
    this.#seen = stamp;
    this.#table = table;
    this.#nextLook = watched.clock() + LOOK_MS;
    this.describe = `${watched.kind} ${watched.path}, ${table.extent}`;
  }

  has(address: string): boolean {
    const now = this.#watched.clock();
    if (now >= this.#nextLook) {
      this.#nextLook = now + LOOK_MS;
      this.#look();
    }
    try {
      return this.#table.has(address.toLowerCase());
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw this.#failures.note(error);
    }
  }

  /** Resolves when no other table is being read. */
  async settled(): Promise<void> {
    await this.#loading;
  }

  warnings(): string[] {
    const { path } = this.#watched;
    const kept = 'the table read before stayed in use';
    return [
      ...(this.#gone > 0 ? [`${path} was gone ${times(this.#gone)}: ${kept}`] : []),
      ...(this.#unfit > 0
        ? [`${path} was not taken up ${times(this.#unfit)} (${this.#reason}): ${kept}`]
        : []),
      ...this.#failures.warnings(path),
    ];
  }

  close(): void {
    this.#closed = true;
    this.#table.close();
  }

  #look(): void {
    const stamp = stampOf(this.#watched.path);
    const seen = this.#seen;
    this.#seen = stamp;
    if (stamp === undefined) {
      if (seen !== undefined) this.#gone += 1;
    } else if (stamp === seen && stamp !== this.#stamp && stamp !== this.#refused) {
      this.#loading ??= this.#reload(stamp).finally(() => {
        this.#loading = undefined;
      });
    }
  }

  async #reload(stamp: string): Promise<void> {
    let table: Table;
    try {
      table = await this.#watched.load(this.#watched.path);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#refused = stamp;
      this.#unfit += 1;
      this.#reason = error.message;
      return;
    }
    // It may have been written to meanwhile: the next look will tell.
    if (this.#closed || stampOf(this.#watched.path) !== stamp) return table.close();
    this.#table.close();
    this.#table = table;
    this.#stamp = stamp;
  }
}

/** What tells one state of a file from another. Undefined: there is no file. */
function stampOf(path: string): string | undefined {
  let stats: BigIntStats | undefined;
  try {
    stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // Its folder is gone, or no longer ours to enter.
  }
  return stats && `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
