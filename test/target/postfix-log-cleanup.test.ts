import { expect, test } from 'vitest';
import { LogTally } from '../../src/target/postfix/log.ts';

const FROM =
  'from mx.isp.example[10.130.3.4]; from=<a@isp.example> to=<b@target.test> proto=ESMTP helo=<x>';
const line = (text: string) => `Nov 23 10:00:00 host postfix/cleanup[12]: ${text}`;

const cases: [name: string, lines: string[], stages: object, causes: object][] = [
  [
    'a header that a rule refuses',
    [`4ABC: reject: header Subject: buy ${FROM}: 5.7.1 not this`],
    { 'END-OF-MESSAGE 550': 1 },
    { content: 1 },
  ],
  [
    'a rule that defers',
    [`4ABC: reject: body line ${FROM}: 4.7.1 come again`],
    { 'END-OF-MESSAGE 451': 1 },
    { content: 1 },
  ],
  [
    'a header that looks like a verdict itself',
    [`4ABC: reject: header Subject: x: 4.1.1 y ${FROM}: 5.7.1 no`],
    { 'END-OF-MESSAGE 550': 1 },
    { content: 1 },
  ],
  [
    'a milter’s refusal',
    ['4ABC: milter-reject: END-OF-MESSAGE from h[10.130.3.4]: 4.7.1 Service unavailable; from=<>'],
    { 'END-OF-MESSAGE 451': 1 },
    { milter: 1 },
  ],
  [
    'a table that does not answer, told of twice',
    [1, 2].map(
      (n) =>
        `warning: 4ABC: sender_canonical_maps map lookup problem for a${n} -- message not accepted, try again later`,
    ),
    { 'END-OF-MESSAGE 451': 1 },
    { 'trouble of its own': 1 },
  ],
  [
    'a message that grew too large',
    ['warning: 4ABC: queue file size limit exceeded'],
    { 'END-OF-MESSAGE 552': 1 },
    { 'too large': 1 },
  ],
  [
    'a full disk',
    ['warning: 4ABC: write queue file: No space left on device'],
    { 'END-OF-MESSAGE 451': 1 },
    { 'trouble of its own': 1 },
  ],
  ['a rule that only warns', [`4ABC: warning: header Subject: buy ${FROM}: look`], {}, {}],
  [
    'a message that a filter hands back',
    [`4ABC: reject: header S: x ${FROM.replace('10.130.3.4', '127.0.0.1')}: 5.7.1 no`],
    {},
    {},
  ],
];

test.each(cases)('%s', (_name, lines, stages, causes) => {
  const tally = new LogTally();
  for (const text of lines) tally.line(line(text));
  const { stageRejects, causes: told } = tally.totals();
  expect(stageRejects).toEqual(stages);
  expect(told).toEqual(causes);
});
