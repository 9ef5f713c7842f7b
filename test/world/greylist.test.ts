import { describe, expect, it } from 'vitest';
import { Greylist } from '../../src/world/greylist.ts';

type Attempt = [atMs: number, client: string, reversePath: string, recipient: string];
const A: [string, string, string] = ['10.0.0.1', 'a@isp.test', 'r@xman.test'];

describe('greylisting with a delay of 100 and a window of 1000', () => {
  const cases: [name: string, attempts: Attempt[], answers: string[]][] = [
    ['defers a first attempt', [[0, ...A]], ['defer']],
    [
      'passes a retry after the delay',
      [
        [0, ...A],
        [100, ...A],
      ],
      ['defer', 'pass'],
    ],
    [
      'counts the delay from the first attempt, however often it is retried before',
      [
        [0, ...A],
        [60, ...A],
        [99, ...A],
        [100, ...A],
      ],
      ['defer', 'defer', 'defer', 'pass'],
    ],
    [
      'takes a retry after the window for a first attempt',
      [
        [0, ...A],
        [1001, ...A],
        [1101, ...A],
      ],
      ['defer', 'defer', 'pass'],
    ],
    [
      'keeps passing who comes back within the window of the last pass',
      [
        [0, ...A],
        [100, ...A],
        [1100, ...A],
        [2100, ...A],
        [3101, ...A],
      ],
      ['defer', 'pass', 'pass', 'pass', 'defer'],
    ],
    [
      'accepts a retry from a neighbour in the same /24, not from elsewhere',
      [
        [0, ...A],
        [100, '10.0.0.200', A[1], A[2]],
        [100, '10.0.1.1', A[1], A[2]],
      ],
      ['defer', 'pass', 'defer'],
    ],
    [
      'tells senders and recipients apart, in any case of letters',
      [
        [0, ...A],
        [100, A[0], '', A[2]],
        [100, A[0], A[1], 's@xman.test'],
        [100, A[0], 'A@ISP.test', 'R@xman.test'],
      ],
      ['defer', 'defer', 'defer', 'pass'],
    ],
  ];

  it.each(cases)('%s', (_name, attempts, answers) => {
    const list = new Greylist({ delayMs: 100, windowMs: 1000 });
    expect(attempts.map(([at, ...who]) => list.check(...who, at))).toEqual(answers);
  });

  it('forgets expired rows', () => {
    const list = new Greylist({ delayMs: 100, windowMs: 1000 });
    for (let i = 0; i < 50; i += 1) list.check('10.0.0.1', `s${i}@isp.test`, 'r@xman.test', i);
    expect(list.rows).toBe(50);
    list.check('10.0.0.1', 'late@isp.test', 'r@xman.test', 1020);
    expect(list.rows).toBe(31);
  });

  it('never holds more rows than it may, and drops the oldest first', () => {
    const list = new Greylist({ delayMs: 100, windowMs: 1e9, maxRows: 10 });
    for (let i = 0; i < 15; i += 1) list.check('10.0.0.1', `s${i}@isp.test`, 'r@xman.test', i);
    expect(list.rows).toBe(10);
    expect(list.check('10.0.0.1', 's14@isp.test', 'r@xman.test', 200)).toBe('pass');
    expect(list.check('10.0.0.1', 's0@isp.test', 'r@xman.test', 200)).toBe('defer');
  });
});
