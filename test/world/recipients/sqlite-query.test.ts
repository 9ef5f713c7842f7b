import { describe, expect, it } from 'vitest';
import { bindQuery } from '../../../src/world/recipients/sqlite-query.ts';

describe("a query in sqlite_table(5)'s words", () => {
  it.each([
    ["SELECT 1 FROM m WHERE a = '%s'", 'SELECT 1 FROM m WHERE a = (:key_s)'],
    ['select 1 from m where a = %s', 'select 1 from m where a = :key_s'],
    [
      "SELECT 1 FROM m WHERE l = '%u' AND d = '%D'",
      'SELECT 1 FROM m WHERE l = (:key_u) AND d = (:key_d)',
    ],
    [
      "SELECT 1 FROM m WHERE a LIKE 'x''-%u%%'",
      "SELECT 1 FROM m WHERE a LIKE ('x''-' || :key_u || '%')",
    ],
    ["SELECT 5 %% 2, '%s' -- a 'comment", "SELECT 5 % 2, (:key_s) -- a 'comment"],
    [
      "SELECT \"a\" FROM m /* '%s' */ WHERE a = '%s'",
      'SELECT "a" FROM m /* \'%s\' */ WHERE a = (:key_s)',
    ],
  ])('%s is bound', (query, sql) => {
    expect(bindQuery(query).sql).toBe(sql);
  });

  it('takes the parts of an address', () => {
    const { values } = bindQuery("SELECT '%s', '%u', '%d', '%1', '%2'");
    expect(values('a@b@mail.xman.test')).toEqual({
      ':key_s': 'a@b@mail.xman.test',
      ':key_u': 'a@b',
      ':key_d': 'mail.xman.test',
      ':key_1': 'test',
      ':key_2': 'xman',
    });
  });

  it.each([
    ["SELECT '%u' = '%d'", 'anna'],
    ["SELECT '%u' = '%3'", 'anna@xman.test'],
  ])('%s is not asked for %s, which has no such part', (query, address) => {
    expect(bindQuery(query).values(address)).toBeUndefined();
  });

  it.each([
    ["DELETE FROM m WHERE a = '%s'", /it is no SELECT/],
    ['SELECT 1 FROM m', /does not ask for the address/],
    ["SELECT 1 FROM m WHERE d = '%d'", /does not ask for the address/],
    ["SELECT 1 FROM m WHERE a = '%s' AND b = '%x'", /%x means nothing here/],
    ['SELECT 1 FROM m WHERE a = "%s"', /the name of a column/],
  ])('%s is refused', (query, words) => {
    expect(() => bindQuery(query)).toThrow(words);
  });
});
