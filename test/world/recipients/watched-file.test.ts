import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { writeCdb } from '../../../src/world/cdb-writer.ts';
import { openCdbTable } from '../../../src/world/recipients/cdb-table.ts';
import { textLoader } from '../../../src/world/recipients/text-table.ts';
import { openWatched } from '../../../src/world/recipients/watched-file.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
  path = join(folder, 'recipients.txt');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function watch(content: string | Buffer, load = textLoader()) {
  writeFileSync(path, content);
  let now = 0;
  const file = await openWatched({ path, kind: 'text file', load, clock: () => now });
  return {
    file,
    /** A second later, with one look-up before and what that look began done. */
    async later(address = 'anna@xman.test') {
      now += 1000;
      const before = file.has(address);
      await file.settled();
      return before;
    },
  };
}

function replace(content: string | Buffer): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

const settle = async ({ later }: { later(): Promise<boolean> }) => {
  await later();
  await later();
};

describe('a text file of recipients', () => {
  it('has an address at the beginning of a line, in any case', async () => {
    const { file } = await watch(
      '# list\n\nAnna@Xman.test\nben@xman.test OK\neve@xman.test\tOK\r\nzoe@xman.test\r\n  more@xman.test\n',
    );
    const asked = ['anna', 'BEN', 'eve', 'zoe', 'more', '#'].map((who) =>
      file.has(`${who}@xman.test`),
    );
    expect(asked).toEqual([true, true, true, true, false, false]);
    expect(file.describe).toBe(`text file ${path}, 4 keys`);
  });

  it('is whole however its bytes fall into chunks', async () => {
    const names = Array.from({ length: 30_000 }, (_, i) => `ünser${i}@xman.test`);
    const { file } = await watch(`${names.join('\n')}\n`);
    expect(names.every((name) => file.has(name))).toBe(true);
    expect(file.describe).toMatch(/30000 keys/);
  });

  it.each([
    ['has no address', '# nobody\n', /has no address/],
    ['is empty', '', /has no address/],
  ])('that %s is an error of the environment', async (_how, content, words) => {
    const error = await watch(content).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringMatching(words) });
  });
});

describe('a file of recipients that is replaced', () => {
  it('is taken up when it has stayed the same from one look to the next', async () => {
    const watched = await watch('anna@xman.test\n');
    replace('ben@xman.test\n');
    await watched.later();
    expect(watched.file.has('ben@xman.test')).toBe(false);
    await watched.later();
    expect([watched.file.has('ben@xman.test'), watched.file.has('anna@xman.test')]).toEqual([
      true,
      false,
    ]);
    expect(watched.file.warnings()).toEqual([]);
  });

  it('is looked at once a second, however many look-ups come', async () => {
    const { file } = await watch('anna@xman.test\n');
    replace('ben@xman.test\n');
    for (let i = 0; i < 1000; i += 1) file.has('anna@xman.test');
    await file.settled();
    expect(file.has('anna@xman.test')).toBe(true);
  });

  it('is taken up when its size and its time are the old ones', async () => {
    const watched = await watch('anna@xman.test\n');
    const { atime, mtime } = statSync(path);
    writeFileSync(`${path}.new`, 'emma@xman.test\n');
    utimesSync(`${path}.new`, atime, mtime);
    renameSync(`${path}.new`, path);
    await settle(watched);
    expect(watched.file.has('emma@xman.test')).toBe(true);
  });

  it('stays as it was while the file is gone, and says so', async () => {
    const watched = await watch('anna@xman.test\n');
    rmSync(path);
    await settle(watched);
    await settle(watched);
    expect(watched.file.has('anna@xman.test')).toBe(true);
    expect(watched.file.warnings()).toEqual([
      `${path} was gone once: the table read before stayed in use`,
    ]);
    writeFileSync(path, 'ben@xman.test\n');
    await settle(watched);
    expect(watched.file.has('ben@xman.test')).toBe(true);
  });

  it.each([
    ['half-written', 'ben@xman.test\neve@xm', /it ends within a line/],
    ['emptied', '', /it has no address/],
  ])('by one that is %s keeps the old table until it is whole', async (_how, content, words) => {
    const watched = await watch('anna@xman.test\n');
    writeFileSync(path, content);
    await settle(watched);
    await settle(watched);
    expect(watched.file.has('anna@xman.test')).toBe(true);
    expect(watched.file.warnings()).toEqual([expect.stringMatching(words)]);
    expect(watched.file.warnings()[0]).toMatch(/was not taken up once/);
    writeFileSync(path, 'ben@xman.test\neve@xman.test\n');
    await settle(watched);
    expect(watched.file.has('eve@xman.test')).toBe(true);
  });

  it('by a damaged cdb keeps the old one', async () => {
    const good = writeCdb([['anna@xman.test', 'OK']]);
    const watched = await watch(good, openCdbTable);
    replace(good.subarray(0, good.length - 1));
    await settle(watched);
    expect(watched.file.has('anna@xman.test')).toBe(true);
    expect(watched.file.warnings()).toEqual([expect.stringMatching(/is no complete cdb file/)]);
    replace(writeCdb([['ben@xman.test', 'OK']]));
    await settle(watched);
    expect([watched.file.has('ben@xman.test'), watched.file.has('anna@xman.test')]).toEqual([
      true,
      false,
    ]);
    watched.file.close();
  });

  it('while another is read already ends with the newest', async () => {
    const watched = await watch('anna@xman.test\n');
    replace('ben@xman.test\n');
    await watched.later();
    const reading = watched.later();
    replace('eve@xman.test\n');
    await reading;
    expect(watched.file.has('anna@xman.test')).toBe(true);
    await settle(watched);
    expect(watched.file.has('eve@xman.test')).toBe(true);
  });
});
