import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { CdbReader } from '../../src/world/cdb.ts';
import { writeCdb } from '../../src/world/cdb-writer.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function withReader<T>(content: Uint8Array, use: (reader: CdbReader) => T): T {
  const path = join(folder, 'table.cdb');
  writeFileSync(path, content);
  const fd = openSync(path, 'r');
  try {
    return use(new CdbReader(fd, 'table.cdb'));
  } finally {
    closeSync(fd);
  }
}

describe('a cdb file', () => {
  it('gives back what was written, and nothing else', () => {
    const entries = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string()), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(entries, fc.string(), (list, other) => {
        const first = new Map([...list].reverse());
        withReader(writeCdb(list), (reader) => {
          for (const [key, data] of first) expect(reader.get(key)).toBe(data);
          expect(reader.has(other)).toBe(first.has(other));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('finds every key of a table that is larger than one page of the reader', () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `user${i}@xman.test`);
    withReader(writeCdb(keys.map((key, i) => [key, String(i)])), (reader) => {
      keys.forEach((key, i) => {
        if (reader.get(key) !== String(i)) expect.fail(`${key} gives ${reader.get(key)}`);
      });
      expect(reader.has('user20000@xman.test')).toBe(false);
    });
  });

  it('has the layout of the published format', () => {
    const file = writeCdb([['one', 'Hello']]);
    // cdb.txt's hash of "one", worked out step by step.
    let h = 5381n;
    for (const c of Buffer.from('one')) h = ((h * 33n) ^ BigInt(c)) & 0xffffffffn;
    const table = Number(h % 256n);
    expect(file.readUInt32LE(table * 8)).toBe(2048 + 8 + 3 + 5);
    expect(file.readUInt32LE(table * 8 + 4)).toBe(2);
    expect(file.subarray(2048, 2064).toString('latin1')).toBe('\x03\0\0\0\x05\0\0\0oneHello');
    expect(file.length).toBe(2064 + 16);
  });
});

describe('a damaged cdb file', () => {
  const whole = writeCdb(Array.from({ length: 50 }, (_, i) => [`key${i}`, 'OK'] as const));
  const askAll = (reader: CdbReader) => {
    for (let i = 0; i < 50; i += 1) reader.get(`key${i}`);
  };

  it.each([
    ['is empty', 0],
    ['ends within its header', 2047],
    ['ends behind its header', 2048],
    ['ends within its tables', whole.length - 1],
  ])('that %s is a clear error of the environment', (_how, length) => {
    const read = () => withReader(whole.subarray(0, length), askAll);
    expect(read).toThrow(UserError);
    expect(read).toThrow(/table\.cdb is no complete cdb file/);
  });

  it('with any byte overwritten answers or says so, and never hangs or crashes', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const damaged = Buffer.from(whole);
        damaged[at] = byte;
        try {
          withReader(damaged, askAll);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** tinycdb's program. */
const CDB = 'cdb';
const hasTinycdb = spawnSync(CDB, ['-h']).error === undefined;
if (!hasTinycdb) {
  if (process.env['BLOWBACK_REQUIRE']?.includes('tinycdb')) throw new Error('tinycdb is missing');
  console.log('skipped: the exchange of cdb files with tinycdb needs the package tinycdb');
}

describe.skipIf(!hasTinycdb)('tinycdb', () => {
  const entries = Array.from({ length: 300 }, (_, i) => [`u${i}@xman.test`, `OK ${i}`] as const);

  it('reads our file', () => {
    const path = join(folder, 'ours.cdb');
    writeFileSync(path, writeCdb(entries));
    for (const [key, data] of [...entries.slice(0, 5), ...entries.slice(-5)]) {
      expect(spawnSync(CDB, ['-q', path, key]).stdout.toString()).toBe(data);
    }
    expect(spawnSync(CDB, ['-q', path, 'nobody@xman.test']).status).toBe(100);
    expect(spawnSync(CDB, ['-s', path]).stdout.toString()).toMatch(/number of records: 300/);
  });

  it('writes a file that we read', () => {
    const path = join(folder, 'theirs.cdb');
    const input = entries.map(([key, data]) => `+${key.length},${data.length}:${key}->${data}\n`);
    const made = spawnSync(CDB, ['-c', path], { input: `${input.join('')}\n` });
    expect(made.stderr.toString()).toBe('');
    withReader(readFileSync(path), (reader) => {
      for (const [key, data] of entries) expect(reader.get(key)).toBe(data);
      expect(reader.has('nobody@xman.test')).toBe(false);
    });
  });
});
