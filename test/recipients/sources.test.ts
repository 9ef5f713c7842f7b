import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CsvMistake, csvReader } from '../../src/recipients/csv.ts';
import { csvSource } from '../../src/recipients/csv-source.ts';
import { gather } from '../../src/recipients/gather.ts';
import type { Source } from '../../src/recipients/source.ts';
import { textSource } from '../../src/recipients/text-source.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const RULES = { smtputf8: false, domains: [], hashComments: false, show: 10 } as const;

async function gathered(source: Source, rules: object = {}) {
  const { addresses, findings } = await gather(
    [source],
    { ...RULES, ...rules },
    new AbortController().signal,
  );
  const { problems, ...counts } = findings;
  const plain = problems.map((problem) => problem.replaceAll(`${folder}/`, ''));
  return { addresses: [...addresses].map(String), problems: plain, ...counts };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a text list', () => {
  it('gives an address a line, and names what is left out with line and reason', async () => {
    const text =
      '\ufeff# all\n\njim@xman.test\r\nJIM@xman.test OK\n  more values\nann@@x\n "a b"@xman.test\n"a b"@xman.test x\nlast@xman.test';
    expect(await gathered(textSource(file('list.txt', text)))).toEqual({
      addresses: ['jim@xman.test', '"a b"@xman.test', 'last@xman.test'],
      problems: [
        'list.txt:4: jim@xman.test: it is there already (list.txt:3)',
        expect.stringMatching(/^list\.txt:6: ann@@x: its domain has @x/),
        'list.txt:7: "a b"@xman.test: it is indented, which continues the line before',
      ],
      invalid: 2,
      duplicates: 1,
      elsewhere: 0,
      skipped: 0,
    });
  });

  it('keeps the domains that are asked for, and gives the only one to bare names', async () => {
    const source = textSource(file('bare.txt', 'jim\nann@other.test\n'));
    const found = await gathered(source, { domains: ['xman.test'], domain: 'xman.test' });
    expect(found).toMatchObject({ addresses: ['jim@xman.test'], elsewhere: 1, invalid: 0 });
  });

  it('with bytes that are no UTF-8 says so, whatever piece they are in', async () => {
    const found = await gathered(
      textSource(file('latin1.txt', Buffer.from('j\xfc@x.test\n', 'latin1'))),
    );
    expect(found.problems).toEqual([expect.stringContaining('it is not UTF-8')]);
  });

  it('larger than a piece loses nothing at the seams', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `user.${i}@xman.test`);
    const found = await gathered(textSource(file('large.txt', lines.join('\n'))));
    expect(found.addresses).toEqual(lines);
  });

  it('that is not there is the environment', async () => {
    const reading = gathered(textSource(join(folder, 'absent')));
    await expect(reading).rejects.toMatchObject({ exitCode: 3 });
  });
});

describe('a CSV file', () => {
  const OPTIONS = { column: undefined, separator: ',', bare: false };
  it.each([
    ['a header with a usual name', 'id,Mail\n1,a@x.test\n', {}, ['a@x.test']],
    ['no header', '1,a@x.test\n2,b@x.test\n', {}, ['a@x.test', 'b@x.test']],
    ['a column by name', 'x,y\nc@x.test,a@x.test\n', { column: 'Y' }, ['a@x.test']],
    ['a column by number', 'x,y\nc@x.test,a@x.test\n', { column: '2' }, ['a@x.test']],
    ['quotes and line ends', 'note,mail\r\n"a ""b"",\r\nc","d@x.test"\r\n', {}, ['d@x.test']],
    ['empty fields', 'mail,id\n,1\nNULL,2\na@x.test,3\n', {}, ['a@x.test']],
    ['another separator', 'id;mail\n1;a@x.test\n', { separator: ';' }, ['a@x.test']],
  ])('is read with %s', async (_, text, options, addresses) => {
    const found = await gathered(csvSource(file('a.csv', text), { ...OPTIONS, ...options }));
    expect(found.addresses).toEqual(addresses);
    expect(found.invalid).toBe(0);
  });

  it('of bare names has no header unless it is a usual name', async () => {
    const source = csvSource(file('b.csv', 'jim\nann\n'), { ...OPTIONS, bare: true });
    const found = await gathered(source, { domain: 'x.test' });
    expect(found.addresses).toEqual(['jim@x.test', 'ann@x.test']);
  });

  it.each([
    ['an unknown column', 'a,b\n', { column: 'mial' }, 2, /no column mial/],
    ['two columns of addresses', 'a@x.test,b@x.test\n', {}, 2, /not clear which column/],
    ['a quote that never closes', 'mail\n"a@x.test\nb@x.test\n', {}, 3, /:2: a quote opens/],
  ])('with %s is an error', async (_, text, options, exitCode, message) => {
    const reading = gathered(csvSource(file('c.csv', text), { ...OPTIONS, ...options }));
    await expect(reading).rejects.toMatchObject({
      exitCode,
      message: expect.stringMatching(message),
    });
  });

  it('gives back what was quoted, whatever it is', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ') });
    fc.assert(
      fc.property(
        fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
        (records) => {
          const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const lines = records
            .map((fields) => fields.map(quote).join(','))
            .join('\n')
            .split('\n');
          const read: string[][] = [];
          const reader = csvReader(',', (fields) => read.push([...fields]));
          for (const [i, line] of records.length > 0 ? lines.entries() : [])
            reader.push(line, i + 1);
          reader.end();
          expect(read).toEqual(records);
        },
      ),
    );
  });

  it('names the line of an open quote', () => {
    const reader = csvReader(',', () => undefined);
    reader.push('a', 1);
    reader.push('"b', 2);
    expect(() => reader.end()).toThrow(CsvMistake);
  });
});
