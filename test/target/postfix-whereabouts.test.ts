import { describe, expect, it } from 'vitest';
import { waysOf } from '../../src/target/postfix/whereabouts.ts';

const COME = 'cleanup[4]: A1B2C3: message-id=<probe@probe.invalid>';
const PUT_OFF = 'smtp[5]: A1B2C3: to=<x@y.test>, relay=none, dsn=4.4.1, status=deferred (no route)';
const REMOVED = 'qmgr[2]: A1B2C3: removed';

const ROWS: readonly (readonly [
  string,
  readonly string[],
  readonly string[],
  readonly string[],
])[] = [
  ['a message on its way', [COME], ['A1B2C3'], []],
  ['one that was delivered', [COME, REMOVED], [], []],
  ['one that waits', [COME, PUT_OFF], [], ['A1B2C3']],
  ['one that waited', [COME, PUT_OFF, REMOVED], [], []],
  ['one held before its id is told', ['cleanup[4]: A1B2C3: hold: header x', COME], [], ['A1B2C3']],
  ['one that a rule throws away', [COME, 'cleanup[4]: A1B2C3: discard: body x'], [], []],
  ['its bounce', [COME, REMOVED, COME.replace('A1B2C3', 'D4')], ['D4'], []],
  ['words that look like a queue id', ['cleanup[4]: error: open /x: No such file'], [], []],
];

describe('where the messages of a log are', () => {
  it.each(ROWS)('%s', (_, lines, under, waiting) => {
    const ways = waysOf(lines.map((line) => `Nov 23 21:28:35 mx postfix/${line}\n`).join(''));
    expect([...ways.under]).toEqual(under);
    expect([...ways.waiting]).toEqual(waiting);
  });
});
