import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { tablesOf } from '../../src/target/postfix/table-types.ts';
import { CdbReader } from '../../src/world/cdb.ts';
import { writeCdb } from '../../src/world/cdb-writer.ts';
import { findProgram } from '../../src/world/programs.ts';

/** tinycdb's program. */
const CDB = 'cdb';
const hasTinycdb = spawnSync(CDB, ['-h']).error === undefined;

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

  it('finds what lies close to 4 GB', async () => {
    const { path, size, keys } = sparseTable(4_294_900_000);
    expect(size).toBeGreaterThan(4_294_900_000);
    expect(size).toBeLessThanOrEqual(0xffffffff);
    const fd = openSync(path, 'r');
    const reader = new CdbReader(fd, 'large.cdb');
    expect(await reader.verify()).toBe(keys.length + 1);
    for (const key of keys) expect(reader.get(key)).toBe(`data of ${key}`);
    expect(reader.has('absent@xman.test')).toBe(false);
    closeSync(fd);
    if (hasTinycdb) {
      const answers = keys.map((key) => spawnSync(CDB, ['-q', path, key]).stdout.toString());
      expect(answers).toEqual(keys.map((key) => `data of ${key}`));
    }
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

/** Records behind one whose data is a hole in the file, so that their positions reach beyond 32 bits' sign. */
function sparseTable(from: number) {
  const keys = Array.from({ length: 20 }, (_, i) => `far${i}@xman.test`);
  const records = keys.map((key): [string, string] => [key, `data of ${key}`]);
  // The same table without the hole, then all that lies behind the hole moved up by it.
  const small = writeCdb([['hole', ''], ...records]);
  const hole = from - 2048;
  const begin = 2048 + 8 + 4;
  for (let table = 0; table < 256; table += 1) {
    const position = small.readUInt32LE(table * 8);
    const slots = small.readUInt32LE(table * 8 + 4);
    for (let at = position + 4; at < position + slots * 8; at += 8) {
      const record = small.readUInt32LE(at);
      if (record > 2048) small.writeUInt32LE(record + hole, at);
    }
    small.writeUInt32LE(position + hole, table * 8);
  }
  small.writeUInt32LE(hole, 2048 + 4);
  const path = join(folder, 'large.cdb');
  const fd = openSync(path, 'w');
  writeSync(fd, small, 0, begin, 0);
  writeSync(fd, small, begin, small.length - begin, begin + hole);
  closeSync(fd);
  return { path, size: small.length + hole, keys };
}

const KEYS = Array.from({ length: 50 }, (_, i) => `key${i}@xman.test`);
const ABSENT = Array.from({ length: 200 }, (_, i) => `nobody${i}@xman.test`);
const whole = writeCdb(KEYS.map((key) => [key, 'OK'] as const));

async function withVerified<T>(content: Uint8Array, use: (reader: CdbReader) => T): Promise<T> {
  const path = join(folder, 'verified.cdb');
  writeFileSync(path, content);
  const fd = openSync(path, 'r');
  try {
    const reader = new CdbReader(fd, 'table.cdb');
    await reader.verify();
    return use(reader);
  } finally {
    closeSync(fd);
  }
}

/** What reading a file comes to: every answer, or a refusal. */
async function judged(content: Uint8Array): Promise<'right' | 'wrong' | 'refused'> {
  try {
    return await withVerified(content, (reader) =>
      KEYS.every((key) => reader.has(key)) && !ABSENT.some((key) => reader.has(key))
        ? 'right'
        : 'wrong',
    );
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
}

/** Bytes that answer nothing: the data of records, the hashes of empty slots, and where a table without slots is. */
function idleBytes(file: Buffer): Set<number> {
  const idle = new Set<number>();
  let end = file.length;
  for (let table = 0; table < 256; table += 1) {
    const slots = file.readUInt32LE(table * 8 + 4);
    end -= slots * 8;
    if (slots === 0) for (let i = 0; i < 4; i += 1) idle.add(table * 8 + i);
  }
  for (let at = end; at < file.length; at += 8) {
    if (file.readUInt32LE(at + 4) === 0) for (let i = 0; i < 4; i += 1) idle.add(at + i);
  }
  for (let at = 2048; at < end; ) {
    const keyEnd = at + 8 + file.readUInt32LE(at);
    const next = keyEnd + file.readUInt32LE(at + 4);
    for (let i = keyEnd; i < next; i += 1) idle.add(i);
    at = next;
  }
  return idle;
}

describe('a damaged cdb file', () => {
  it('is refused for any one byte that is another, unless it has no part in an answer', async () => {
    expect(await judged(whole)).toBe('right');
    const idle = idleBytes(whole);
    const byte = fc.integer({ min: 1, max: 255 });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), byte, async (at, change) => {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        expect(await judged(damaged)).toBe(idle.has(at) ? 'right' : 'refused');
      }),
      { numRuns: 600 },
    );
  });

  it('is refused or right with several bytes overwritten', async () => {
    const piece = fc.uint8Array({ minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 40), piece, async (at, bytes) => {
        const damaged = Buffer.from(whole);
        damaged.set(bytes, at);
        expect(await judged(damaged)).not.toBe('wrong');
      }),
      { numRuns: 300 },
    );
  });

  it('is refused at any length but its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        expect(await judged(whole.subarray(0, length))).toBe('refused');
      }),
      { numRuns: 200 },
    );
    expect(await judged(Buffer.concat([whole, Buffer.alloc(8)]))).toBe('refused');
  });

  it.each([
    ['is empty', 0, /shorter than its header/],
    ['ends within its header', 2047, /shorter than its header/],
    ['ends behind its header', 2048, /reaches beyond its end/],
    ['ends within its tables', whole.length - 1, /reaches beyond its end/],
  ])('that %s says so', async (_how, length, words) => {
    const read = withVerified(whole.subarray(0, length), () => undefined);
    await expect(read).rejects.toThrow(words);
    await expect(read).rejects.toThrow(/table\.cdb is no complete cdb file/);
  });

  it.each<[string, (file: Buffer) => Buffer, RegExp]>([
    ['a key', (file) => swapByte(file, file.indexOf('key7@')), /does not belong to its records/],
    ['a record’s length', (file) => swapByte(file, 2048), /record|beyond its end/],
    ['a slot out of reach', moveSlot, /cannot be reached/],
    ['records without tables', (file) => file.fill(0, 0, 2048), /has records but no hash table/],
  ])('with %s spoilt says what is wrong', async (_what, spoil, words) => {
    await expect(withVerified(spoil(Buffer.from(whole)), () => undefined)).rejects.toThrow(words);
  });

  it('that is written to in place while it is read is refused from then on', async () => {
    const path = join(folder, 'big.cdb');
    // Too large to be kept whole.
    const data = 'x'.repeat(70_000);
    const names = Array.from({ length: 1000 }, (_, i) => `user${i}@xman.test`);
    writeFileSync(path, writeCdb(names.map((name) => [name, data])));
    const fd = openSync(path, 'r');
    const reader = new CdbReader(fd, 'big.cdb');
    expect(await reader.verify()).toBe(1000);
    expect([reader.has('user999@xman.test'), reader.has('user1000@xman.test')]).toEqual([
      true,
      false,
    ]);
    expect(reader.get('user5@xman.test')).toBe(data);
    expect([...reader.keys()]).toEqual(names);
    const { size } = statSync(path);
    writeFileSync(path, Buffer.alloc(size));
    const until = Date.now() + 5;
    while (Date.now() < until);
    expect(() => names.map((name) => reader.has(name))).toThrow(/was written to while/);
    closeSync(fd);
    rmSync(path);
  });
});

function swapByte(file: Buffer, at: number): Buffer {
  file[at] = (file[at] ?? 0) ^ 1;
  return file;
}

/** Into the empty slot before the one where the search for it begins. */
function moveSlot(file: Buffer): Buffer {
  for (let table = 0; table < 256; table += 1) {
    const at = file.readUInt32LE(table * 8);
    if (file.readUInt32LE(table * 8 + 4) !== 2) continue;
    const [one, other] = [file.subarray(at, at + 8), file.subarray(at + 8, at + 16)];
    const kept = Buffer.from(one);
    other.copy(one);
    kept.copy(other);
    return file;
  }
  throw new Error('no table has one record');
}

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

  it('writes a file that we read', async () => {
    const path = join(folder, 'theirs.cdb');
    const input = entries.map(([key, data]) => `+${key.length},${data.length}:${key}->${data}\n`);
    const made = spawnSync(CDB, ['-c', path], { input: `${input.join('')}\n` });
    expect(made.stderr.toString()).toBe('');
    await withVerified(readFileSync(path), (reader) => {
      for (const [key, data] of entries) expect(reader.get(key)).toBe(data);
      expect(reader.has('nobody@xman.test')).toBe(false);
    });
  });

  it('writes a file without records that we read', async () => {
    const path = join(folder, 'theirs.cdb');
    spawnSync(CDB, ['-c', path], { input: '\n' });
    await withVerified(readFileSync(path), (reader) => expect([...reader.keys()]).toEqual([]));
  });
});

const POSTMAP = findProgram('postmap');
const hasPostfixCdb = POSTMAP !== undefined && tablesOf('cdb').isThere?.() === true;
if (!hasPostfixCdb) {
  if (process.env['BLOWBACK_REQUIRE']?.includes('postfix'))
    throw new Error('postfix-cdb is missing');
  console.log('skipped: the exchange of cdb files with Postfix needs the package postfix-cdb');
}

describe.skipIf(!hasPostfixCdb)('Postfix', () => {
  /** A configuration of its own: the machine's has no part in this. */
  const postmap = (...args: string[]) => {
    writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\n');
    return spawnSync(POSTMAP ?? '', ['-c', folder, ...args]);
  };

  it('reads our file', () => {
    writeFileSync(join(folder, 'ours.cdb'), writeCdb([['anna@xman.test', 'OK']]));
    const table = `cdb:${join(folder, 'ours')}`;
    expect(postmap('-q', 'anna@xman.test', table).stdout.toString()).toBe('OK\n');
    expect(postmap('-q', 'ben@xman.test', table).status).toBe(1);
  });

  it('writes a file that we read', async () => {
    const source = join(folder, 'postfix');
    writeFileSync(source, KEYS.map((key) => `${key} OK\n`).join(''));
    expect(postmap(`cdb:${source}`).stderr.toString()).toBe('');
    expect(await judged(readFileSync(`${source}.cdb`))).toBe('right');
  });
});
