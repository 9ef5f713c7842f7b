// A result from disk, checked. Apart from files.ts, since a run writes results and reads none: the shape's
// library takes a tenth of a second to load.
import { readFileSync } from 'node:fs';
import { EXIT, UserError } from '../errors.ts';
import { RESULT_FORMAT, type Result } from './result.ts';
import { resultShape } from './shape.ts';

/** @throws UserError (2) when the file is no result, or one of a version that this program does not know. */
export function readResult(path: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw noResult(path, (cause as Error).message, cause);
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (format !== RESULT_FORMAT) {
    throw new UserError(
      `${path} has format ${String(format)}, this blowback reads ${RESULT_FORMAT}`,
      {
        exitCode: EXIT.usage,
        hint: 'Read it with the version of blowback that wrote it (its "blowback" key).',
      },
    );
  }
  const read = resultShape.safeParse(value);
  if (!read.success) {
    const [first] = read.error.issues;
    throw noResult(path, `${first?.path.join('.') || 'it'}: ${first?.message}`);
  }
  // The shape has checked what is used; the type says the same more precisely.
  return value as Result;
}

function noResult(path: string, why: string, cause?: unknown): UserError {
  return new UserError(`${path} is no whole result: ${why}`, {
    exitCode: EXIT.usage,
    hint: 'Name a result.json that `blowback run` wrote.',
    cause,
  });
}
