import { describe, expect, test } from 'vitest';
import { formLetter, MARKED_HOST, mendMarks } from '../../src/actors/form-letter.ts';
import { hostName, mailDomain } from '../../src/plan/host-name.ts';

const DOMAIN = mailDomain(MARKED_HOST);
const SITE = DOMAIN.toUpperCase();
const HOST = 'gw1.southlamp7.example';
const OTHER = 'mx1.northwind.example';

/** What `host` sends of a text that was built for the marked host. */
function filled(text: string, host = HOST): string {
  const message = [mendMarks(Buffer.from(text, 'latin1'))];
  return Buffer.concat([...(formLetter({ message })(host).message ?? [])]).toString('latin1');
}

describe('a form letter', () => {
  test.each([
    [`by ${MARKED_HOST};`, `by ${HOST};`],
    [MARKED_HOST, HOST],
    [`<a@${DOMAIN}>`, '<a@southlamp7.example>'],
    [`EX2.${DOMAIN} b@${DOMAIN}`, 'EX2.southlamp7.example b@southlamp7.example'],
    [`IMS:${SITE}:SITE`, 'IMS:SOUTHLAMP7:SITE'],
    [`${DOMAIN}${MARKED_HOST}${SITE}`, `southlamp7.example${HOST}SOUTHLAMP7`],
    [MARKED_HOST.replace('.', '-'), `zqhostzq-southlamp7.example`],
    ['nothing of it, \xff\x00', 'nothing of it, \xff\x00'],
    ['', ''],
  ])('%j is sent as %j', (built, sent) => {
    expect(filled(built)).toBe(sent);
  });

  test('has a form for BDAT where the letter has one, and the same mark of eight bits', () => {
    const message = [Buffer.from(`..${MARKED_HOST}`)];
    const chunk = [Buffer.from(`.${MARKED_HOST}`)];
    const sent = formLetter({ message, chunk, eightBit: true })(HOST);
    expect(Buffer.concat([...(sent.chunk ?? [])]).toString()).toBe(`.${HOST}`);
    expect(Buffer.concat([...(sent.message ?? [])]).toString()).toBe(`..${HOST}`);
    expect(sent.eightBit).toBe(true);
    expect(formLetter({ message })(HOST).chunk).toBeUndefined();
  });

  test('shares what it does not fill in', () => {
    const letter = formLetter({ message: [Buffer.from(`${'x'.repeat(100)}${MARKED_HOST}`)] });
    expect(letter(OTHER).message?.[0]).toBe(letter(HOST).message?.[0]);
  });

  test('is no longer than its mark at any host', () => {
    const names = Array.from({ length: 20_000 }, (_, host) => hostName(1, host));
    expect(Math.max(...names.map((name) => name.length))).toBe(MARKED_HOST.length);
    expect(Math.max(...names.map((name) => mailDomain(name).length))).toBe(DOMAIN.length);
  });
});

describe('a mark that quoted-printable breaks at any letter', () => {
  const decoded = (text: string): string => text.replaceAll('=\r\n', '');

  test.each([
    [MARKED_HOST, HOST],
    [DOMAIN, 'southlamp7.example'],
    [SITE, 'SOUTHLAMP7'],
  ])('%s is still filled in', (mark, name) => {
    for (let at = 1; at < mark.length; at += 1) {
      const sent = filled(`<p>to ${mark.slice(0, at)}=\r\n${mark.slice(at)}, ${mark}.</p>`);
      expect(decoded(sent)).toBe(`<p>to ${name}, ${name}.</p>`);
    }
  });

  test('makes no line longer than it was', () => {
    for (let at = 1; at < MARKED_HOST.length; at += 1) {
      const before = 'x'.repeat(75 - at) + MARKED_HOST.slice(0, at);
      const after = MARKED_HOST.slice(at) + 'y'.repeat(76 - MARKED_HOST.length + at);
      for (const line of filled(`${before}=\r\n${after}\r\n`).split('\r\n')) {
        expect(line.length).toBeLessThanOrEqual(76);
      }
    }
  });
});
