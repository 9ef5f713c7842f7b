// What other programs say of themselves, read.
import { describe, expect, it } from 'vitest';
import { parseTimes } from '../../src/bench/measure/processes.ts';
import { parseCounters } from '../../src/bench/measure/sink.ts';
import {
  callsPerSession,
  describeCalls,
  parseCalls,
  totalOf,
} from '../../src/bench/measure/system-calls.ts';

describe('smtp-sink’s counters', () => {
  it.each([
    { said: 'sess=1 quit=1 mesg=1\rsess=2 quit=1 mesg=2\r', sessions: 2, messages: 2 },
    // The tail of a file begins anywhere, and its last set may be half written.
    { said: '7 quit=7 mesg=7\rsess=8 quit=8 mesg=9\rsess=99 qu', sessions: 8, messages: 9 },
    { said: 'sess=8 quit=8 mesg=9\rsess=9 quit=9 mesg=1', sessions: 8, messages: 9 },
    { said: 'sess=12    quit=11    mesg=10   \r', sessions: 12, messages: 10 },
  ])('of $said the last whole set counts', ({ said, sessions, messages }) => {
    expect(parseCounters(said)).toEqual({ sessions, messages });
  });

  it.each(['', 'mesg=3\r', 'sess=1 quit=1'])('%j tells nothing', (said) => {
    expect(parseCounters(said)).toBeUndefined();
  });
});

describe('bash’s time', () => {
  it.each(['1.250 0.300 0.700\n', 'bench: line 1: 4711 Terminated\n1.250 0.300 0.700\n'])(
    '%j',
    (said) => {
      expect(parseTimes(said)).toEqual({ wallS: 1.25, userS: 0.3, systemS: 0.7 });
    },
  );
});

const STRACE = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.00    0.066734          11      6000           write
 30.43    0.028149          28      1000      1000 connect
  9.57    0.000000           0         3           brk
------ ----------- ----------- --------- --------- ----------------
100.00    0.094883          13      7003      1000 total
`;

describe('strace’s table', () => {
  it('is read by name, with errors and without, and without its total', () => {
    expect([...parseCalls(STRACE)]).toEqual([
      ['write', 6000],
      ['connect', 1000],
      ['brk', 3],
    ]);
  });

  it('two runs tell what a session costs, not what a start does', () => {
    const short = new Map([
      ['write', 600],
      ['brk', 3],
    ]);
    const per = callsPerSession(parseCalls(STRACE), short, 900);
    expect(per.get('write')).toBe(6);
    expect(per.get('brk')).toBe(0);
    expect(totalOf(per)).toBeCloseTo(6 + 1000 / 900, 9);
    expect(describeCalls(per)).toBe('write 6.0, connect 1.1');
  });
});
