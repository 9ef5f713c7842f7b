// The calibrations of this machine on disk, one for each number of workers: written by `doctor`, read by
// `run`. What cannot be used is left alone and told with its reason, never a failure.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { CALIBRATION_FORMAT, type Calibration, calibrationShape } from './calibration.ts';
import { differences, type Fingerprint, fingerprintShape } from './fingerprint.ts';

const fileShape = z.object({
  format: z.literal(CALIBRATION_FORMAT),
  machine: fingerprintShape,
  /** By the number of workers. */
  calibrations: z.record(z.string(), calibrationShape),
});

/** Firmware, neighbours and cooling change more slowly than this. */
const BEST_BEFORE_MS = 30 * 86_400_000;
/** A clock may have been set back a little. */
const AHEAD_MS = 3_600_000;

export type Stored =
  | { readonly kind: 'found'; readonly calibration: Calibration }
  /** Nobody has calibrated this machine, for so many workers. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unusable'; readonly reason: string };

export interface Place {
  readonly path: string;
  readonly machine: Fingerprint;
}

export function readCalibration(
  { path, machine }: Place,
  workers: number,
  nowMs = Date.now(),
): Stored {
  const file = readFile(path);
  if (file === undefined) return { kind: 'none' };
  if (typeof file === 'string') return { kind: 'unusable', reason: file };
  const changes = differences(file.machine, machine);
  if (changes.length > 0) {
    return {
      kind: 'unusable',
      reason: `it is of another machine or version (${changes.join('; ')})`,
    };
  }
  const calibration = file.calibrations[String(workers)];
  if (!calibration) return { kind: 'none' };
  const ageMs = nowMs - Date.parse(calibration.measuredAt);
  if (ageMs < -AHEAD_MS) return { kind: 'unusable', reason: 'it is dated in the future' };
  if (ageMs > BEST_BEFORE_MS) {
    return { kind: 'unusable', reason: `it is ${Math.floor(ageMs / 86_400_000)} days old` };
  }
  return { kind: 'found', calibration };
}

/** Keeps those of this machine for other numbers of workers. @throws what the file system says */
export function writeCalibration({ path, machine }: Place, calibration: Calibration): void {
  const before = readFile(path);
  const others =
    typeof before === 'object' && differences(before.machine, machine).length === 0
      ? before.calibrations
      : {};
  const file: z.infer<typeof fileShape> = {
    format: CALIBRATION_FORMAT,
    machine,
    calibrations: { ...others, [calibration.workers]: calibration },
  };
  // Of this process only: another one may write at the same time, and the last to rename wins.
  const beside = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(beside, `${JSON.stringify(file, null, 2)}\n`);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Undefined where there is none, a string where it cannot be read. */
function readFile(path: string): z.infer<typeof fileShape> | string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return code === undefined ? 'it is no JSON' : `it cannot be read: ${message}`;
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (format !== undefined && format !== CALIBRATION_FORMAT) {
    return `it has format ${JSON.stringify(format)}, this blowback reads ${CALIBRATION_FORMAT}`;
  }
  const parsed = fileShape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `it is no calibration (${issue?.path.join('.') || 'the whole file'}: ${issue?.message})`;
}
