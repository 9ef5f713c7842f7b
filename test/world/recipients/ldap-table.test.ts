import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { openLdapTable, readLdapQuestion } from '../../../src/world/recipients/ldap-table.ts';
import { LookupFailure } from '../../../src/world/recipients/lookup.ts';
import { type Search, startFakeDirectory } from './fake-directory.ts';

const PROBE = 'anna@xman.test';
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function directory(onSearch: (search: Search) => void) {
  const server = await startFakeDirectory(onSearch);
  cleanUps.push(() => server.stop());
  return server;
}

async function open(url: string, limits = {}) {
  const table = await openLdapTable(url, { connections: 2, ...limits }, PROBE);
  cleanUps.push(() => table.close());
  return table;
}

/** Anna is there, and everybody else is not. */
const knowsAnna = ({ text, answer }: Search) => answer(text.includes(PROBE));

/** Searches other than the first, which is the probe, are kept until the test lets them go. */
async function heldDirectory() {
  const held: Search[] = [];
  let probed = false;
  let wake = (): void => undefined;
  const server = await directory((search) => {
    if (!probed) {
      probed = true;
      return search.answer(true);
    }
    held.push(search);
    wake();
  });
  const holds = async (count: number): Promise<void> => {
    while (held.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { server, held, holds };
}

describe('a directory of the user', () => {
  it('is asked for the address in any case', async () => {
    const server = await directory(knowsAnna);
    const table = await open(server.url);
    expect(await table.has('ANNA@xman.test')).toBe(true);
    expect(await table.has('ben@xman.test')).toBe(false);
    expect(table.describe).toBe(
      `ldap ldap://127.0.0.1:${server.port}/cn=mailboxes, sub, (mail=%s), 2 connections`,
    );
    expect(server.connections()).toBe(1);
  });

  it('never has more questions than connections; the rest wait', async () => {
    const { server, held, holds } = await heldDirectory();
    const table = await open(server.url);
    const answers = Promise.all(['a', 'b', 'c'].map((who) => table.has(`${who}@xman.test`)));
    await holds(2);
    expect([server.connections(), server.open()]).toEqual([2, 2]);
    held[0]?.answer(false);
    await holds(3);
    expect(held[2]?.text).toContain('c@xman.test');
    held[1]?.answer(true);
    held[2]?.answer(false);
    expect(await answers).toEqual([false, true, false]);
    expect(server.connections()).toBe(2);
  });

  it('that ended the idle connections is asked over new ones', async () => {
    const server = await directory(knowsAnna);
    const table = await open(server.url);
    server.cut();
    expect(await table.has(PROBE)).toBe(true);
    expect(table.warnings()).toEqual([]);
  });

  it('that goes away and comes back is a failed look-up, then an answer', async () => {
    let refuse = false;
    const server = await directory((search) =>
      refuse ? search.socket.destroy() : knowsAnna(search),
    );
    const table = await open(server.url);
    refuse = true;
    await expect(table.has(PROBE)).rejects.toThrow(LookupFailure);
    await expect(table.has(PROBE)).rejects.toThrow(LookupFailure);
    refuse = false;
    expect(await table.has(PROBE)).toBe(true);
    expect(table.warnings()).toEqual([
      expect.stringMatching(
        /^2 look-ups in the recipient table ldap:\/\/127\.0\.0\.1:\d+ failed: Conn/,
      ),
    ]);
  });

  it('that does not answer in time is a failed look-up, and its late answer nobody’s', async () => {
    const { server, held, holds } = await heldDirectory();
    const table = await open(server.url, { answerMs: 30, connections: 1 });
    const late = Promise.resolve(table.has('late@xman.test'));
    await expect(late).rejects.toThrow(/timed out/);
    const next = table.has('next@xman.test');
    await holds(2);
    held[0]?.answer(true);
    held[1]?.answer(false);
    expect(await next).toBe(false);
  });

  it('that refuses a question is a failed look-up with its reason', async () => {
    let code = 0;
    const server = await directory(({ answer }) => answer(code === 0, code));
    const table = await open(server.url);
    // insufficientAccessRights, RFC 4511 appendix A.
    code = 50;
    await expect(table.has(PROBE)).rejects.toThrow(/^Insufficient access$/);
  });

  it('gets what a client sent as a value, not as a filter', async () => {
    const texts: string[] = [];
    const server = await directory((search) => {
      texts.push(search.text);
      search.answer(true);
    });
    const table = await open(server.url);
    await table.has('*)(cn=*@xman.test');
    // RFC 4511 §4.5.1: an equalityMatch (0xa3) of two strings, neither a presence nor a substring.
    const [, filter = ''] = (texts[1] ?? '').split('\xa3');
    const value = '*)(cn=*@xman.test';
    const expected = `\x04\x04mail\x04${String.fromCharCode(value.length)}${value}`;
    expect(filter.slice(1, 1 + expected.length)).toBe(expected);
  });

  it('asks nobody about an address without the part that the filter wants', async () => {
    let searches = 0;
    const server = await directory(({ answer }) => {
      searches += 1;
      answer(true);
    });
    const table = await open(server.url.replace('mail=%s', '&(uid=%u)(domain=%d)'));
    expect(await table.has('anna')).toBe(false);
    expect(searches).toBe(1);
  });
});

async function closedPort(): Promise<number> {
  const server = await startFakeDirectory(() => undefined);
  await server.stop();
  return server.port;
}

async function speaking(words: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(words));
    cleanUps.push(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as { port: number }).port;
}

describe('at the start', () => {
  const url = (port: number) => `ldap://127.0.0.1:${port}/dc=xman?mail?sub?(mail=%s)`;
  it.each<[string, () => Promise<string>, RegExp]>([
    ['is absent', async () => url(await closedPort()), /does not answer: connect ECONNREFUSED/],
    [
      'is silent',
      async () => (await directory(() => undefined)).url,
      /does not answer: .*timed out/,
    ],
    [
      'refuses',
      async () => (await directory(({ answer }) => answer(false, 50))).url,
      /does not answer: Insufficient access$/,
    ],
    [
      'has no such base',
      async () => (await directory(({ answer }) => answer(false, 32))).url,
      /does not answer: No such object$/,
    ],
    [
      'hangs up',
      async () => (await directory(({ socket }) => socket.destroy())).url,
      /does not answer: Connection closed/,
    ],
    [
      'speaks something else',
      async () => url(await speaking('220 mail.xman.test ESMTP\r\n')),
      /does not answer/,
    ],
  ])(
    'a directory that %s is an error of the environment that names it',
    async (_how, make, words) => {
      const target = await make();
      const error = await open(target, { answerMs: 60 }).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({ exitCode: 3, message: expect.stringMatching(words) });
      expect((error as UserError).message).toContain(target.slice(0, target.indexOf('/', 7)));
    },
  );

  it.each(['ldap://192.0.2.1/dc=x?mail?sub?(mail=%s)', 'ldap://10.77.0.9/dc=x??sub?(mail=%s)'])(
    '%s is refused by the guard',
    async (target) => {
      await expect(open(target)).rejects.toMatchObject({ exitCode: 4 });
    },
  );

  it.each([
    ['ldap://127.0.0.1/dc=x?mail?sub?(objectClass=*)', /does not ask for the address/],
    ['ldap://127.0.0.1/dc=x?mail?sub?(mail=%q)', /%q means nothing/],
    ['ldapi://%2Frun%2Fldapi/dc=x?mail?sub?(mail=%s)', /a socket in a file is not supported/],
    ['ldap://127.0.0.1/dc=x?mail?tree?(mail=%s)', /scope/],
  ])('%s is a mistake of the user', (target, words) => {
    expect(() => readLdapQuestion(target)).toThrow(words);
  });
});
