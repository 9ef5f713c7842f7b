// The lines of a file or of standard input, decoded as UTF-8, in memory one piece at a time.
import { createReadStream, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { EXIT, UserError } from '../errors.ts';

const PIECE_BYTES = 1 << 18;
/** No list of addresses has longer lines: it is something else. */
const MAX_LINE = 1 << 20;

/** The name of standard input, as other programs have it. */
export const STANDARD_INPUT = '-';

export function inputName(path: string): string {
  return path === STANDARD_INPUT ? 'standard input' : path;
}

/** Differs once a file has another content, or another file its name; `absent` where there is none. */
export function fileVersion(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : 'absent';
}

/**
 * Hands over every line, without its end (LF or CRLF), and its number from 1.
 * @throws UserError (3) when it cannot be read, changes meanwhile, or has no lines; else the signal's reason.
 */
export async function readLines(
  path: string,
  onLine: (line: string, number: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const isFile = path !== STANDARD_INPUT;
  const before = isFile ? fileVersion(path) : '';
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let number = 0;
  const say = (line: string) => {
    number += 1;
    onLine(line.endsWith('\r') ? line.slice(0, -1) : line, number);
  };
  const take = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) throw unreadable(path, 'it has a line of more than a megabyte');
    for (const line of lines) say(line);
  };
  for await (const piece of piecesOf(path, signal)) {
    take(number === 0 && rest === '' ? withoutMark(decoder.write(piece)) : decoder.write(piece));
  }
  take(decoder.end());
  if (rest !== '') say(rest);
  if (isFile && fileVersion(path) !== before)
    throw unreadable(path, 'it changed while it was read');
}

async function* piecesOf(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const stream =
    path === STANDARD_INPUT
      ? process.stdin
      : createReadStream(path, { highWaterMark: PIECE_BYTES });
  const stop = () => stream.destroy(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', stop);
  try {
    yield* stream;
  } catch (cause) {
    signal.throwIfAborted();
    throw unreadable(path, (cause as Error).message, cause);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Windows' programs begin a UTF-8 file with U+FEFF. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function unreadable(path: string, why: string, cause?: unknown): UserError {
  return new UserError(`cannot read ${inputName(path)}: ${why}`, {
    exitCode: EXIT.environment,
    cause,
  });
}
