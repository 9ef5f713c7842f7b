import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emlsOf, writeEmls } from '../../../src/commands/preview/eml-files.ts';
import { waysOf } from '../../../src/commands/preview/sample.ts';
import { speakerOf } from './storm.ts';

async function emls(actor: string, label: string, count: number) {
  const speaker = await speakerOf(actor);
  const way = waysOf(speaker).find((one) => one.label === label);
  if (!way) throw new Error(`${actor} never speaks as ${label}`);
  return emlsOf(speaker, way, count);
}

describe('sample messages', () => {
  it('are named by actor, way and number, in the order of the plan', async () => {
    const names = (await emls('bouncers', 'postfix', 12)).map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['bouncers-postfix-01.eml', 'bouncers-postfix-02.eml']);
    expect(names).toHaveLength(12);
    expect((await emls('slow', '', 3)).map(({ name }) => name)).toEqual(['slow-1.eml']);
  });

  it('differ from one another, in whole lines that end with CRLF', async () => {
    const all = (await emls('bots', 'pipelining', 12)).map(({ bytes }) => bytes.toString('latin1'));
    expect(all).toHaveLength(12);
    expect(new Set(all).size).toBe(12);
    for (const text of all) {
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(text.endsWith('\r\n')).toBe(true);
    }
  });

  it.each([
    ['callouts', 'postfix'],
    ['harvesters', ''],
  ])('there are none of %s', async (actor, label) => {
    expect(await emls(actor, label, 3)).toEqual([]);
  });
});

describe('the folder of sample messages', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const one = (text: string) => [{ name: 'a-x-1.eml', bytes: Buffer.from(text) }];

  it('is made, and written to again', () => {
    const inside = join(folder, 'deep', 'down');
    writeEmls(inside, one('first'), ['a']);
    writeEmls(inside, one('second'), ['a']);
    expect(readFileSync(join(inside, 'a-x-1.eml'), 'utf8')).toBe('second');
  });

  it.each(['notes.txt', 'b-x-1.eml', 'a-x.eml', 'a-x-1.eml.old'])(
    'is left alone when it holds %s',
    (foreign) => {
      writeFileSync(join(folder, foreign), 'mine');
      expect(() => writeEmls(folder, one('new'), ['a'])).toThrow(
        expect.objectContaining({ exitCode: 3, message: expect.stringContaining(foreign) }),
      );
      expect(readdirSync(folder)).toEqual([foreign]);
    },
  );

  it('that cannot be made is the environment’s fault', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => writeEmls(join(file, 'x'), one('new'), ['a'])).toThrow(
      expect.objectContaining({ exitCode: 3, hint: expect.stringContaining('--eml') }),
    );
  });
});
