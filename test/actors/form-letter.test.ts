import { describe, expect, test } from 'vitest';
import { formLetter } from '../../src/actors/form-letter.ts';

const HOST = 'mx1.northwind.example';
const OTHER = 'gw1.southlamp7.example';

function rewritten(text: string, host = OTHER): string {
  const letter = { message: [Buffer.from(text, 'latin1')], chunk: undefined, eightBit: false };
  return Buffer.concat([...(formLetter(letter, HOST)(host).message ?? [])]).toString('latin1');
}

describe('a form letter', () => {
  test.each([
    ['by mx1.northwind.example;', 'by gw1.southlamp7.example;'],
    ['mx1.northwind.example', 'gw1.southlamp7.example'],
    ['<a@northwind.example>', '<a@southlamp7.example>'],
    ['EX2.northwind.example', 'EX2.southlamp7.example'],
    ['northwind.examplemx1.northwind.example', 'southlamp7.examplegw1.southlamp7.example'],
    ['a@northwind.example b@northwind.example', 'a@southlamp7.example b@southlamp7.example'],
    ['nothing of it, \xff\x00', 'nothing of it, \xff\x00'],
    ['', ''],
  ])('%j becomes %j', (built, sent) => {
    expect(rewritten(built)).toBe(sent);
  });

  test('is what was built for the host that it was built for', () => {
    const text = `Received: by ${HOST}\r\nFrom: a@northwind.example\r\n\r\n..\r\n`;
    expect(rewritten(text, HOST)).toBe(text);
  });

  test('has a form for BDAT where the letter has one, and the same mark of eight bits', () => {
    const message = [Buffer.from(`..${HOST}`)];
    const chunk = [Buffer.from(`.${HOST}`)];
    const filled = formLetter({ message, chunk, eightBit: true }, HOST)(OTHER);
    expect(Buffer.concat([...(filled.chunk ?? [])]).toString()).toBe(`.${OTHER}`);
    expect(filled.eightBit).toBe(true);
    expect(formLetter({ message }, HOST)(OTHER).chunk).toBeUndefined();
  });

  test('shares what it does not fill in', () => {
    const letter = formLetter({ message: [Buffer.from(`${'x'.repeat(100)}${HOST}`)] }, HOST);
    expect(letter(OTHER).message?.[0]).toBe(letter(HOST).message?.[0]);
  });
});
