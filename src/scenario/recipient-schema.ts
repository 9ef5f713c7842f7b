// The schema of `recipients`: which table, and which further keys have a meaning with it.
import type * as z from 'zod';
import { RECIPIENT_TABLES, type RecipientTable } from '../tuning/tuning.ts';
import { checked, choice, complain, duration, record, text, whole } from './fields.ts';

/** On one line. */
const path = text('the path of a file', /^\P{Cc}+$/u);
const url = text(
  'an LDAP URL with %s for the address, such as ldap://127.0.0.1:389/dc=xman,dc=test?mail?sub?(mail=%s)',
  /^ldaps?:\/\/[!-~]*%[sSuU][!-~]*$/,
);
const query = text(
  "a query with %s for the address, such as SELECT 1 FROM mailbox WHERE username = '%s'",
  /^\P{Cc}*%[sSuU]\P{Cc}*$/u,
);

/** With which tables a key has a meaning. */
const APPLIES = {
  wait: ['ldap'],
  connections: ['ldap'],
  path: ['text', 'cdb', 'sqlite'],
  query: ['sqlite'],
  url: ['ldap'],
} satisfies Record<string, RecipientTable['table'][]>;
type Key = keyof typeof APPLIES;

/** `from` is the working directory until it is known which file the path stands in (parse.ts). */
export const recipientTable: z.ZodType<RecipientTable> = checked(
  record({
    table: choice(RECIPIENT_TABLES),
    wait: duration.exactOptional(),
    connections: whole(1, 10_000).exactOptional(),
    path: path.exactOptional(),
    query: query.exactOptional(),
    url: url.exactOptional(),
  }),
  ({ table }, ctx, keys) => {
    if (table === undefined) return;
    const stated = keys.filter((key): key is Key => key in APPLIES);
    const strangers = stated.filter((key) => !APPLIES[key].some((one) => one === table));
    for (const key of strangers) {
      const tables = listed(APPLIES[key]);
      const what = `applies to the table ${tables} only, found the table ${table}`;
      complain(ctx, { kind: 'plain', what, expected: hint(key, table, tables) }, [key]);
    }
    if (strangers.length === 0) contradictions(stated, table, ctx);
  },
).transform(({ table, wait, connections, ...own }) => {
  if (table !== 'ldap') return { table, ...own, ...(own.path !== undefined && { from: '.' }) };
  const pool = { table, connections: connections ?? 8 };
  return own.url === undefined ? { ...pool, waitMs: wait ?? 8 } : { ...pool, url: own.url };
});

function hint(key: Key, table: RecipientTable['table'], tables: string): string {
  if (key === 'path' && table === 'hash') {
    return 'table: text for the file that postmap makes it from, or table: cdb';
  }
  return `no ${key}, or table: ${tables}`;
}

function contradictions(
  keys: readonly Key[],
  table: RecipientTable['table'],
  ctx: z.core.$RefinementCtx,
): void {
  const has = (key: Key) => keys.includes(key);
  if (has('wait') && has('url')) {
    const what = 'a directory of your own takes the time that it takes';
    complain(ctx, { kind: 'plain', what, expected: 'wait or url, not both' }, ['wait']);
  }
  if (has('query') && !has('path')) {
    const what = 'a query needs a database of yours';
    complain(ctx, { kind: 'plain', what, expected: 'a path beside it' }, ['query']);
  }
  if (table === 'sqlite' && has('path') && !has('query')) {
    const expected = "query: SELECT 1 FROM mailbox WHERE username = '%s' or another beside it";
    complain(ctx, { kind: 'plain', what: 'nobody knows what to ask a database', expected }, [
      'path',
    ]);
  }
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
