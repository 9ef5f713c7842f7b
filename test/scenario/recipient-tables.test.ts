// `recipients`: the tables, what may stand beside each, and where a path starts from.
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { mistakesIn, SMALLEST } from './read.ts';

const URL = 'ldap://127.0.0.1/dc=x?mail?sub?(mail=%s)';
const QUERY = "SELECT 1 FROM mailbox WHERE username = '%s'";

function recipientsOf(words: string) {
  const text = `${SMALLEST}target: {tuning: {recipients: ${words}}}`;
  return parseScenario(text, 'mine/storm.yaml').target.tuning.recipients;
}

it.each([
  ['{table: text, path: list}', { table: 'text', path: 'list', from: 'mine' }],
  ['{table: cdb, path: /etc/x.cdb}', { table: 'cdb', path: '/etc/x.cdb', from: 'mine' }],
  [
    `{table: sqlite, path: x.db, query: "${QUERY}"}`,
    { table: 'sqlite', path: 'x.db', query: QUERY, from: 'mine' },
  ],
  [`{table: ldap, url: "${URL}"}`, { table: 'ldap', url: URL, connections: 8 }],
  [`{table: ldap, url: "${URL}", connections: 2}`, { table: 'ldap', url: URL, connections: 2 }],
  ['{table: sqlite}', { table: 'sqlite' }],
])('%s is a table of the user, or of the world', (words, expected) => {
  expect(recipientsOf(words)).toEqual(expected);
});

it('starts a path of a server in front from the same folder, and of --set from the working directory', () => {
  const text = `${SMALLEST}target: {kind: postfix, tuning: {edge: {recipients: {table: cdb, path: x}}}}`;
  const { edge } = parseScenario(text, 'mine/storm.yaml').target.tuning;
  expect(edge).toMatchObject({ tuning: { recipients: { path: 'x', from: 'mine' } } });
  const set = ['target.tuning.recipients={table: cdb, path: y}'];
  expect(parseScenario(SMALLEST, 'mine/storm.yaml', { set }).target.tuning.recipients).toEqual({
    table: 'cdb',
    path: 'y',
    from: '.',
  });
});

describe('a contradiction', () => {
  it.each([
    [
      '{table: memory, path: x}',
      'applies to the table text, cdb or sqlite only, found the table memory',
    ],
    [
      '{table: lmdb, path: x}',
      'applies to the table text, cdb or sqlite only, found the table lmdb',
    ],
    ['{table: hash, path: x}', 'expected table: text for the file that postmap makes it from'],
    [
      '{table: ldap, path: x}',
      'applies to the table text, cdb or sqlite only, found the table ldap',
    ],
    ['{table: cdb, wait: 8ms}', 'wait: applies to the table ldap only, found the table cdb'],
    ['{table: text, connections: 2}', 'connections: applies to the table ldap only'],
    [`{table: sqlite, url: "${URL}"}`, 'url: applies to the table ldap only'],
    [`{table: cdb, path: x, query: "${QUERY}"}`, 'query: applies to the table sqlite only'],
    [`{table: sqlite, query: "${QUERY}"}`, 'query: a query needs a database of yours'],
    [
      '{table: sqlite, path: x}',
      'path: nobody knows what to ask a database; expected query: SELECT',
    ],
    [`{table: ldap, url: "${URL}", wait: 8ms}`, 'wait: a directory of your own takes the time'],
    ['{table: ldap, url: "ldap://127.0.0.1/dc=x??sub?(uid=1)"}', 'expected an LDAP URL with %s'],
    ['{table: ldap, url: "http://127.0.0.1/%s"}', 'expected an LDAP URL with %s'],
    ['{table: sqlite, path: x, query: SELECT 1}', 'expected a query with %s'],
    ['{table: cdb, path: ""}', 'expected the path of a file'],
    ['{table: cdb, path: "a\\nb"}', 'expected the path of a file'],
    ['{table: cdb, pth: x}', 'unknown key "pth"'],
  ])('%s is told', (words, message) => {
    const found = mistakesIn(`${SMALLEST}target: {tuning: {recipients: ${words}}}`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });
});
