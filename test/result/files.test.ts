// Results on disk: whole or not at all, and errors that say what to do.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { freeBytes, makeDirectory, writeWhole } from '../../src/result/files.ts';
import { readResult } from '../../src/result/read-result.ts';
import { sampleResult } from '../report/sample-result.ts';
import { realRun } from './real-run.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function errorOf(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a file', () => {
  it('is written with the folders on its way, and leaves nothing beside it', () => {
    const path = join(folder, 'a', 'b', 'x.txt');
    expect(writeWhole(path, 'grün')).toBe(5);
    expect(readFileSync(path, 'utf8')).toBe('grün');
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['x.txt']);
  });

  it('that cannot be replaced stays as it was, and half a new one is removed', () => {
    const path = join(folder, 'taken', 'x.txt');
    mkdirSync(join(path, 'in-the-way'), { recursive: true });
    expect(errorOf(() => writeWhole(path, 'new')).exitCode).toBe(3);
    expect(readdirSync(join(folder, 'taken'))).toEqual(['x.txt']);
  });

  it('under a file is the environment’s fault, with a mend', () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'x');
    for (const action of [
      () => writeWhole(join(file, 'x'), ''),
      () => makeDirectory(join(file, 'x')),
    ]) {
      const error = errorOf(action);
      expect(error).toMatchObject({ exitCode: 3, hint: expect.stringContaining('--out') });
      expect(error.message).toContain(`cannot write ${file}`);
    }
  });

  it.each([
    ['ENOSPC', 'The disk is full: free some space, or name another place with --out.'],
    ['EACCES', 'Name a folder that you may write to with --out.'],
    ['EROFS', 'Name a folder that you may write to with --out.'],
    ['EIO', undefined],
  ])('that fails with %s has the hint for it, and keeps the cause', async (code, hint) => {
    vi.resetModules();
    const cause = Object.assign(new Error(`${code}: write`), { code });
    vi.doMock('node:fs', async (original) => ({
      ...(await original<typeof import('node:fs')>()),
      writeFileSync: () => {
        throw cause;
      },
    }));
    try {
      const broken = await import('../../src/result/files.ts');
      expect(() => broken.writeWhole(join(folder, 'y'), '')).toThrow(
        expect.objectContaining({ name: 'UserError', exitCode: 3, hint, cause }),
      );
    } finally {
      vi.doUnmock('node:fs');
      vi.resetModules();
    }
  });
});

it('the free space of a folder to come is told, and nothing made', () => {
  expect(freeBytes(join(folder, 'new', 'place'))).toBeGreaterThan(0);
  expect(existsSync(join(folder, 'new'))).toBe(false);
  makeDirectory(join(folder, 'new', 'place'));
  expect(readdirSync(join(folder, 'new'))).toEqual(['place']);
});

describe('a result', () => {
  it('is the same after writing and reading', () => {
    const result = { ...sampleResult(), runs: [realRun()] };
    const path = join(folder, 'result.json');
    writeWhole(path, JSON.stringify(result));
    expect(readResult(path)).toStrictEqual(result);
  });

  it.each([
    [
      'of another format',
      '{"blowback": "9.9.9", "format": 2}',
      /has format 2, this blowback reads 1/,
      /version of blowback that wrote it/,
    ],
    ['without a format', '{}', /has format undefined/, /version/],
    ['that is no object', 'null', /has format undefined/, /version/],
    ['that is no JSON', '<html>', /is no whole result: .*JSON/, /Name a result\.json/],
    [
      'that lacks its runs',
      '{"format": 1, "blowback": "1.0.0"}',
      /is no whole result: \w+: /,
      /Name/,
    ],
    ['that was cut off', '{"format": 1, "runs": [', /is no whole result/, /Name a result\.json/],
  ])('%s is refused as wrong usage', (_, text, message, hint) => {
    const path = join(folder, 'other.json');
    writeFileSync(path, text);
    const error = errorOf(() => readResult(path));
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(path);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('that is not there is refused as wrong usage', () => {
    const error = errorOf(() => readResult(join(folder, 'none.json')));
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('ENOENT') });
  });
});
