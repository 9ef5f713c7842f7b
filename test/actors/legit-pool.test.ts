import { describe, expect, test } from 'vitest';
import { buildLegitPool, legitEntry, messageIdLine } from '../../src/actors/legit-pool.ts';
import { legitSize } from '../../src/actors/legit-size.ts';
import { LEDGER_ID } from '../../src/world/delivery.ts';
import { parseBounce, partsOf, splitPart } from './bounce-parser.ts';

const KIB = 1024;
const OPTIONS = {
  seed: 5,
  size: 'legit-2009',
  recipients: ['anna.adler@xman.test', 'ben.brandt@xman.test'],
  count: 100,
  date: new Date('2008-03-25T09:00:00Z'),
} as const;
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');

const whole = await buildLegitPool(OPTIONS);

describe('the sizes of legitimate mail', () => {
  test.each([
    [2, 0.24],
    [4, 0.49],
    [8, 0.68],
    [16, 0.8],
    [64, 0.9],
    [1024, 0.985],
  ])('lie below %i KiB for the known share of messages', (kib, share) => {
    // Base64 comes in whole lines: a message drawn to have just that size may be a few octets shorter.
    const below = whole.filter((message) => message.length < 0.999 * kib * KIB).length;
    expect(Math.abs(below - share * whole.length)).toBeLessThanOrEqual(0.5);
  });

  test('grow with the quantile and end at 1 MiB', () => {
    const sizes = Array.from({ length: 1001 }, (_, i) => legitSize(i / 1000));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.at(0)).toBe(KIB);
    expect(sizes.at(-1)).toBe(KIB * KIB);
  });

  test('are the scenario’s own where it gives one', async () => {
    for (const bytes of [1000, 5000, 60_000]) {
      const pool = await buildLegitPool({ ...OPTIONS, size: { bytes }, count: 8 });
      for (const message of pool) expect(Math.abs(message.length - bytes)).toBeLessThan(90);
    }
  });

  test('are never too small for a message', async () => {
    const [tiny] = await buildLegitPool({ ...OPTIONS, size: { bytes: 1 }, count: 1 });
    expect(splitPart(text(tiny)).headers.get('subject')).toMatch(/\w+/);
  });
});

describe('the pool of legitimate mail', () => {
  test('holds sound messages that only lack their Message-ID', () => {
    for (const message of whole) {
      const { headers } = splitPart(text(message));
      expect([...headers.keys()]).toEqual(
        expect.arrayContaining(['from', 'to', 'subject', 'date', 'mime-version', 'content-type']),
      );
      expect(headers.has('message-id')).toBe(false);
      expect(OPTIONS.recipients).toContain(headers.get('to'));
      expect(parseBounce(text(message))).toBeUndefined();
    }
  });

  test('holds plain text, text with HTML, and attachments in whole multiparts', () => {
    const shapes = whole.map((message) => {
      const top = splitPart(text(message));
      const type = top.headers.get('content-type')?.split(';')[0] ?? '';
      if (!type.startsWith('multipart/')) return type;
      const parts = partsOf(top).map((part) => part.headers.get('content-type')?.split(';')[0]);
      return [type, ...parts].join(' ');
    });
    expect(new Set(shapes)).toEqual(
      new Set([
        'text/plain',
        'multipart/alternative text/plain text/html',
        'multipart/mixed text/plain application/pdf',
      ]),
    );
  });

  test('keeps to SMTP and is dot-stuffed', () => {
    for (const message of whole.filter(({ length }) => length < 64 * KIB)) {
      const declared = splitPart(text(message)).headers.has('content-transfer-encoding');
      const allowed = declared ? /^[\t -~\x80-\xff]*$/ : /^[\t -~]*$/;
      expect(text(message).replaceAll('\r\n', '')).toMatch(allowed);
      expect(text(message)).not.toMatch(/^\.(?!\.)|[^\r\n]{999}/m);
      expect(text(message).endsWith('\r\n')).toBe(true);
    }
  });

  test('is the same for the same seed', async () => {
    const small = { ...OPTIONS, size: { bytes: 20_000 }, count: 3 };
    const texts = async (seed: number) =>
      (await buildLegitPool({ ...small, seed })).map((message) => text(message));
    expect(await texts(5)).toEqual(await texts(5));
    expect(await texts(5)).not.toEqual(await texts(6));
  });

  test('gives message n the same body every time and spreads messages over all bodies', () => {
    const choose = () =>
      Array.from({ length: 4000 }, (_, index) => legitEntry(whole.length, 5, index));
    const chosen = choose();
    expect(chosen).toEqual(choose());
    expect(new Set(chosen)).toEqual(new Set(whole.keys()));
  });
});

test('the Message-ID line carries the ledger’s id in the form that the sink looks for', () => {
  const message = messageIdLine('0.4711', 'mx1.northwind.example') + text(whole[0]);
  expect(LEDGER_ID.exec(message)?.[1]).toBe('0.4711');
  expect(splitPart(message).headers.get('message-id')).toBe('<bb.0.4711@mx1.northwind.example>');
});
