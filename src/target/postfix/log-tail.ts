// Reads a log while it grows: at each call what has come since the last, in pieces that do not keep the
// thread for long, whole lines only. However long the log becomes, no more than a piece is in memory.
import { type FileHandle, open } from 'node:fs/promises';

const PIECE_BYTES = 128 * 1024;

export class LogTail {
  readonly #file: string;
  readonly #start: number;
  readonly #onLine: (line: string) => void;
  readonly #buffer = Buffer.allocUnsafe(PIECE_BYTES);
  #handle: FileHandle | undefined;
  #position: number;
  #rest = '';
  #reading: Promise<void> = Promise.resolve();

  /** `start`: the bytes at the log's beginning that are not told. */
  constructor(file: string, start: number, onLine: (line: string) => void) {
    this.#file = file;
    this.#start = start;
    this.#position = start;
    this.#onLine = onLine;
  }

  /** Bytes read so far. */
  get bytes(): number {
    return this.#position - this.#start;
  }

  /** Calls that overlap go one after the other. A log that is not there yet is empty. */
  read(): Promise<void> {
    const next = this.#reading.catch(() => undefined).then(() => this.#readOn());
    this.#reading = next;
    return next;
  }

  async close(): Promise<void> {
    await this.#reading.catch(() => undefined);
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #readOn(): Promise<void> {
    this.#handle ??= await openIfThere(this.#file);
    if (!this.#handle) return;
    for (;;) {
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, PIECE_BYTES, this.#position);
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      // One byte a character: what clients say may be cut anywhere.
      this.#take(this.#buffer.toString('latin1', 0, bytesRead));
    }
  }

  #take(piece: string): void {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line);
  }
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
