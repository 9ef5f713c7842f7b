// Calibrations on disk: what is found, what is not used and why, and that nothing of it is ever a crash.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Calibration } from '../../src/calibration/calibration.ts';
import { type Fingerprint, fingerprint } from '../../src/calibration/fingerprint.ts';
import { calibrationPath } from '../../src/calibration/path.ts';
import { readCalibration, type Stored, writeCalibration } from '../../src/calibration/store.ts';

const MACHINE: Fingerprint = {
  cpu: 'Some CPU @ 2.00GHz',
  cores: 2,
  memoryGiB: 24,
  kernel: 'Linux 6.1.0',
  node: 'v20.20.2',
  blowback: '0.1.0',
};
const MEASURED: Calibration = {
  measuredAt: '2026-11-23T14:00:00.000Z',
  workers: 1,
  loadAverage: 0.2,
  peak: { rejected: 5000, accepted: 4000 },
  heldPerSecond: 3900,
  lags: [{ share: 0.5, perSecond: 2000, p50Ms: 0.2, p99Ms: 0.8 }],
  punctualPerSecond: 2000,
  bytesPerSession: 8000,
};
const NOW = Date.parse(MEASURED.measuredAt);
const DAY = 86_400_000;

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'blowback-store-'));
  path = join(directory, 'cache', 'blowback', 'calibration.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function read(workers = 1, machine = MACHINE, nowMs = NOW): Stored {
  return readCalibration({ path, machine }, workers, nowMs);
}

function keep(calibration = MEASURED, machine = MACHINE): void {
  writeCalibration({ path, machine }, calibration);
}

describe('a stored calibration', () => {
  it('is found as it was written, and nothing lies beside it', () => {
    keep();
    expect(read()).toEqual({ kind: 'found', calibration: MEASURED });
    expect(readdirSync(dirname(path))).toEqual(['calibration.json']);
  });

  it('is none before there is one, and none for another number of workers', () => {
    expect(read()).toEqual({ kind: 'none' });
    keep();
    expect(read(2)).toEqual({ kind: 'none' });
  });

  it('stays when one for another number of workers is added, and is replaced by its like', () => {
    keep();
    keep({ ...MEASURED, workers: 2, peak: { rejected: 9000, accepted: 8000 } });
    keep({ ...MEASURED, peak: { rejected: 6000, accepted: 5000 } });
    expect(read(1)).toMatchObject({ calibration: { peak: { rejected: 6000 } } });
    expect(read(2)).toMatchObject({ calibration: { peak: { rejected: 9000 } } });
  });

  it.each<[Partial<Fingerprint>, string]>([
    [{ cpu: 'Other' }, 'processor Some CPU @ 2.00GHz, now Other'],
    [{ cores: 4 }, 'cores 2, now 4'],
    [{ memoryGiB: 8 }, 'memory in GiB 24, now 8'],
    [{ kernel: 'Linux 6.2.0' }, 'kernel Linux 6.1.0, now Linux 6.2.0'],
    [{ node: 'v22.1.0' }, 'Node.js v20.20.2, now v22.1.0'],
    [{ blowback: '0.2.0' }, 'blowback 0.1.0, now 0.2.0'],
  ])(
    'of a machine that has changed by %j is not used, and goes when a new one comes',
    (change, words) => {
      keep({ ...MEASURED, workers: 2 });
      const machine = { ...MACHINE, ...change };
      expect(read(2, machine)).toEqual({
        kind: 'unusable',
        reason: `it is of another machine or version (${words})`,
      });
      keep(MEASURED, machine);
      expect(read(1, machine).kind).toBe('found');
      expect(read(2, machine).kind).toBe('none');
    },
  );

  it.each([
    [30 * DAY, 'found', undefined],
    [31 * DAY, 'unusable', 'it is 31 days old'],
    [-DAY / 48, 'found', undefined],
    [-DAY, 'unusable', 'it is dated in the future'],
  ])('of %d ms ago is %s', (ageMs, kind, reason) => {
    keep();
    expect(read(1, MACHINE, NOW + ageMs)).toMatchObject({ kind, ...(reason ? { reason } : {}) });
  });

  it.each([
    ['nothing', '', 'it is no JSON'],
    ['half a file', '{"format": 2, "mach', 'it is no JSON'],
    ['another format', '{"format": 1}', 'it has format 1, this blowback reads 2'],
    ['a list', '[]', 'it is no calibration (the whole file'],
    ['null', 'null', 'it is no calibration (the whole file'],
    ['no machine', '{"format": 2, "calibrations": {}}', 'it is no calibration (machine'],
    [
      'a figure that is none',
      JSON.stringify({
        format: 2,
        machine: MACHINE,
        calibrations: { 1: { ...MEASURED, peak: { rejected: 'many', accepted: 1 } } },
      }),
      'it is no calibration (calibrations.1.peak.rejected',
    ],
  ])('that holds %s is not used, and can be replaced', (_, text, reason) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    expect(read()).toEqual({ kind: 'unusable', reason: expect.stringContaining(reason) });
    keep();
    expect(read().kind).toBe('found');
  });

  it('that is a folder is told as unreadable, and leaves nothing half-written', () => {
    mkdirSync(path, { recursive: true });
    expect(read()).toEqual({ kind: 'unusable', reason: expect.stringContaining('cannot be read') });
    expect(() => keep()).toThrow();
    expect(readdirSync(dirname(path))).toEqual(['calibration.json']);
  });

  it('says its format, for later versions', () => {
    keep();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ format: 2, machine: MACHINE });
  });
});

describe('the place of calibrations', () => {
  it.each([
    [{ XDG_CACHE_HOME: '/var/cache/me', HOME: '/home/me' }, '/var/cache/me/blowback'],
    [{ HOME: '/home/me' }, '/home/me/.cache/blowback'],
    [{ XDG_CACHE_HOME: '', HOME: '/home/me' }, '/home/me/.cache/blowback'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/home/me' }, '/home/me/.cache/blowback'],
  ])('with %j is in %s', (environment, folder) => {
    expect(calibrationPath(environment)).toBe(`${folder}/calibration.json`);
  });
});

describe('the fingerprint', () => {
  it('of one machine and version is always the same', () => {
    expect(fingerprint('0.1.0')).toEqual(fingerprint('0.1.0'));
    expect(fingerprint('0.1.0').node).toBe(process.version);
  });
});
