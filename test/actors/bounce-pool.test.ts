import { describe, expect, test } from 'vitest';
import { buildBouncePool } from '../../src/actors/bounce-pool.ts';
import { bounceSize, MEDIAN_BYTES } from '../../src/actors/bounce-size.ts';
import { DIALECTS } from '../../src/actors/dialects/registry.ts';
import { formLetter } from '../../src/actors/form-letter.ts';
import { makeLetters } from '../../src/actors/letters.ts';
import { hostName, mailDomain } from '../../src/plan/host-name.ts';
import { DIALECT_NAMES, type DialectName } from '../../src/scenario/scenario.ts';
import { dotStuff } from '../../src/smtp/dot-stuffing.ts';
import { parseBounce } from './bounce-parser.ts';

const OPTIONS = {
  victim: 'jslopez@xman.test',
  seed: 20080325,
  count: 100,
  date: new Date('2008-03-25T09:00:00Z'),
};
/** These return headers only, and so come in two sizes, one of each form. */
const FIXED: readonly DialectName[] = ['filter-notice', 'virus-notice', 'delay-warning'];
const GROWING = DIALECT_NAMES.filter((name) => !FIXED.includes(name));
/** Not bounces to a parser: see the table of dialects.test.ts. */
const NO_BOUNCES: readonly DialectName[] = ['virus-notice', 'delay-warning'];
/** What is the same at every host. */
const PROVIDERS = ['googlemail.example', 'yahoo.example'];
/** Exchange's machine behind the host. */
const HUB = /^HUB\d\.\w+\.example$/;
const pools = new Map<DialectName, Promise<Uint8Array[]>>();

function pool(name: DialectName): Promise<Uint8Array[]> {
  const built = pools.get(name) ?? buildBouncePool(DIALECTS[name], OPTIONS);
  pools.set(name, built);
  return built;
}

/** The pool's entry i as host i sends it. */
async function signed(name: DialectName) {
  const letters = makeLetters(await pool(name), DIALECTS[name].habit).map(formLetter);
  return letters.map((letter, i) => letter(hostName(OPTIONS.seed, i)));
}

async function messages(name: DialectName): Promise<string[]> {
  return (await signed(name)).map(({ message }) => Buffer.concat(message ?? []).toString('latin1'));
}

describe.each(DIALECT_NAMES)('the pool of %s', (name) => {
  test('names whichever host sends it, and nobody else, in every place', async () => {
    for (const [i, message] of (await messages(name)).entries()) {
      const host = hostName(OPTIONS.seed, i);
      const domain = mailDomain(host);
      const whole = message.replaceAll('=\r\n', '');
      expect(whole).not.toMatch(/zqhost|zqdomain/i);
      const named = new Set(whole.match(/(?:[\w-]+\.)+example/g));
      expect(named).toContain(host);
      expect(named).toContain(domain);
      const own = [host, domain, `store.${domain}`, ...PROVIDERS];
      expect([...named].filter((name) => !own.includes(name) && !HUB.test(name))).toEqual([]);
    }
  });

  test('is read by a bounce parser as a bounce of an address at that host', async () => {
    for (const [i, message] of (await messages(name)).entries()) {
      const failed = parseBounce(message)?.failed;
      if (NO_BOUNCES.includes(name)) expect(failed).toBeUndefined();
      else {
        expect(failed).toHaveLength(1);
        expect(failed?.[0]).toMatch(new RegExp(`@${mailDomain(hostName(OPTIONS.seed, i))}$`));
      }
    }
  });

  test('is ready to send: dot-stuffed, closed, and by BDAT the same without stuffing', async () => {
    for (const { message, chunk } of await signed(name)) {
      const text = Buffer.concat(message ?? []).toString('latin1');
      expect(text).not.toMatch(/^\.(?!\.)/m);
      expect(text.endsWith('\r\n')).toBe(true);
      if (DIALECTS[name].habit.chunking) {
        expect(Buffer.from(dotStuff(Buffer.concat(chunk ?? []))).toString('latin1')).toBe(text);
      } else expect(chunk).toBeUndefined();
    }
  });

  test('has no line that a name makes too long for its encoding', async () => {
    for (const message of await messages(name)) {
      for (const part of message.split(/^--/m)) {
        if (!part.includes('quoted-printable')) continue;
        expect(part.slice(part.indexOf('\r\n\r\n'))).not.toMatch(/[^\r\n]{77}/);
      }
    }
  });

  test('is the same for the same seed and another for another', async () => {
    const texts = async (seed: number) =>
      (await buildBouncePool(DIALECTS[name], { ...OPTIONS, seed, count: 10 })).map(String);
    const first = await texts(1);
    expect(await texts(1)).toEqual(first);
    expect(await texts(2)).not.toEqual(first);
  });
});

describe.each(GROWING)('the pool of %s, which returns originals', (name) => {
  test('has the sizes drawn, or its smallest', async () => {
    const sizes = (await messages(name)).map((message) => message.length);
    const drawn = sizes.map((_, i) => bounceSize(name, (i + 0.5) / sizes.length));
    const off = sizes.map((size, i) => size / (drawn[i] ?? Number.NaN) - 1);
    // Soft line breaks around a name make a little difference.
    expect(Math.min(...off)).toBeGreaterThan(-0.02);
    expect(Math.max(...off.slice(85))).toBeLessThan(0.02);
  });
});

describe('the sizes of bounces', () => {
  test.each(DIALECT_NAMES)('of %s have its median, half of them below', (name) => {
    expect(bounceSize(name, 0.5)).toBe(MEDIAN_BYTES[name]);
  });

  test.each(DIALECT_NAMES)('of %s rise without a step, to a tail', (name) => {
    const sizes = Array.from({ length: 999 }, (_, i) => bounceSize(name, (i + 1) / 1000));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(bounceSize(name, 0.97) / MEDIAN_BYTES[name]).toBeLessThan(1.5);
    expect(bounceSize(name, 0.99)).toBeGreaterThan(46_000);
    expect(bounceSize(name, 0.999999)).toBeLessThanOrEqual(1_000_000);
  });

  test('of postfix never grow beyond what it returns whole', () => {
    expect(bounceSize('postfix', 0.9999)).toBe(50_000);
    expect(bounceSize('sendmail', 0.9999)).toBeGreaterThan(100_000);
  });
});

test('exchange-2003 calls its organisation by the first label of its domain, in capitals', async () => {
  for (const [i, message] of (await messages('exchange-2003')).entries()) {
    const [label = ''] = mailDomain(hostName(OPTIONS.seed, i)).split('.');
    expect(message).toContain(`MSEXCH:IMS:${label.toUpperCase()}:SITE`);
  }
});
