// What the companions are told, and how the content filter hears a dialogue. Their work on a real Postfix:
// e2e/postfix-lab.test.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dialogue, type Passage } from '../../src/target/postfix/companions/held-message.ts';
import { options } from '../../src/target/postfix/companions/postgrey.ts';
import { companionNeeds } from '../../src/target/postfix/companions/registry.ts';
import { mailboxEntries } from '../../src/target/postfix/companions/slapd-config.ts';
import { postfixPrograms } from '../../src/target/postfix/needs.ts';
import type { Tuning } from '../../src/tuning/tuning.ts';

const names = (tuning: Tuning) => companionNeeds(tuning).map(({ name }) => name);

describe('what must be installed', () => {
  it.each<[Tuning, readonly string[]]>([
    [{}, []],
    [{ greylist: 'off', spf: 'off', contentFilter: 'off', recipients: 'catch-all' }, []],
    [{ recipients: { table: 'ldap' } }, ['slapd', 'slapadd', 'postfix-ldap.so']],
    [{ greylist: { delayMs: 1, windowMs: 2 } }, ['postgrey', 'perl']],
    [{ spf: 'on' }, ['policyd-spf']],
  ])('for companions of %o: %j', (tuning, expected) => expect(names(tuning)).toEqual(expected));

  it('for several variants: each once, with its package', () => {
    const ldap: Tuning = { recipients: { table: 'ldap' } };
    const programs = postfixPrograms([{}, ldap, ldap, { recipients: { table: 'sqlite' } }]);
    expect(programs.map(({ name, debianPackage }) => `${name} of ${debianPackage}`)).toEqual([
      'postconf of postfix',
      'postfix-ldap.so of postfix-ldap',
      'slapd of slapd',
      'slapadd of slapd',
      'postfix-sqlite.so of postfix-sqlite',
      'sqlite3 of sqlite3',
    ]);
  });
});

describe('postgrey', () => {
  it.each([
    [300_000, 172_800_000, '--delay=300', '--retry-window=48h'],
    [1, 3_600_001, '--delay=1', '--retry-window=2h'],
    [1001, 1, '--delay=2', '--retry-window=1h'],
  ])('is told %d ms and %d ms as %s and %s', (delayMs, windowMs, ...expected) => {
    expect(options({ delayMs, windowMs }, '/d')).toEqual(expect.arrayContaining(expected));
  });
});

describe('the directory', () => {
  it('has an entry for each mailbox, numbered', () =>
    expect(mailboxEntries(['a@t.test', 'b,c@t.test'])).toBe(`dn: cn=mailboxes
objectClass: mailbox
cn: mailboxes

dn: cn=0,cn=mailboxes
objectClass: mailbox
cn: 0
mail: a@t.test

dn: cn=1,cn=mailboxes
objectClass: mailbox
cn: 1
mail: b,c@t.test
`));
});

describe('the content filter', () => {
  /** The client's bytes in the given pieces; the server answers each DATA with `reply`. */
  function hear(pieces: readonly string[], reply = '354 go on\r\n'): Passage[] {
    const dialogue = new Dialogue();
    return pieces.flatMap((piece) => {
      const passages = dialogue.fromClient(piece);
      for (const letter of reply) dialogue.fromServer(letter);
      return passages;
    });
  }
  const messages = (passages: readonly Passage[]) =>
    passages.filter(({ kind }) => kind === 'message').map(({ text }) => text);
  const all = (passages: readonly Passage[]) => passages.map(({ text }) => text).join('');

  const MESSAGE = 'Subject: x\r\n\r\n..\r\n.x\r\n.\n\r\n.\r\n';

  it.each(Array.from({ length: MESSAGE.length + 1 }, (_, at) => at))(
    'finds a message that comes split at byte %d',
    (at) => {
      const pieces = ['MAIL FROM:<>\r\n', 'DATA\r\n', MESSAGE.slice(0, at), MESSAGE.slice(at)];
      const passages = hear([...pieces, 'QUIT\r\n']);
      expect(messages(passages)).toEqual([MESSAGE]);
      expect(all(passages)).toBe(`${pieces.join('')}QUIT\r\n`);
    },
  );

  it('finds an empty message, and one behind another', () => {
    const pieces = ['DATA\r\n', '.\r\nRSET\r\n', 'data\r\n', 'x\r\n.\r\n'];
    expect(messages(hear(pieces))).toEqual(['.\r\n', 'x\r\n.\r\n']);
  });

  it('takes no commands for a message where DATA was refused', () => {
    const pieces = ['DATA\r\n', 'RSET\r\n.\r\n'];
    expect(hear(pieces, '554 no\r\n').map(({ kind }) => kind)).toEqual(['commands', 'commands']);
  });

  it('loses and moves no byte, whatever is said', () => {
    const word = fc.constantFrom('DATA', '\r\n', '.', '\r', '\n', 'x', 'DATA\r\n', '\r\n.\r\n');
    fc.assert(
      fc.property(fc.array(word), (pieces) => {
        const said = pieces.join('');
        expect(said.startsWith(all(hear(pieces)))).toBe(true);
        expect(all(hear([...pieces, '\r\n.\r\n']))).toBe(`${said}\r\n.\r\n`);
      }),
    );
  });
});
