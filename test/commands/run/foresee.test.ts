// What a user is told before a run of which the machine may not be capable.
import { describe, expect, it } from 'vitest';
import { type Forecast, renderForecast } from '../../../src/commands/run/foresee.ts';

const LIMIT = { perSecond: 4900, workers: 1, measuredAt: '2026-11-23T14:00:00.000Z' };
const demand = (perSecond: number) => ({ perSecond, atOnce: 5000 });
const ONCE = 'measured just now; blowback doctor --calibrate does it once for all';

const ROWS: readonly [string, Forecast, readonly string[]][] = [
  ['nothing of a modest plan', { outlook: 'modest', demand: demand(200) }, []],
  ['nothing of a modest plan', { outlook: 'within', demand: demand(400), limit: LIMIT }, []],
  [
    'of a plan within the limit what the limit leaves out',
    { outlook: 'within', demand: demand(900), limit: LIMIT },
    [
      "note: this plan asks for 900 sessions/s; this machine's generator holds 4,900/s with 1 worker (calibrated 2026-11-23), against a server that costs nothing. The server under test takes its part of the same cores.",
    ],
  ],
  [
    'a warning of a plan beyond it',
    { outlook: 'beyond', demand: demand(6400), limit: LIMIT },
    [
      "warning: this plan asks for 6,400 sessions/s; this machine's generator holds 4,900/s with 1 worker (calibrated 2026-11-23). Its result will probably be inconclusive (exit 6).",
    ],
  ],
  [
    'a warning of one that is close, and never that it is all of it',
    { outlook: 'close', demand: demand(4899), limit: { ...LIMIT, workers: 2 } },
    [
      "warning: this plan asks for 4,899 sessions/s, 99 % of what this machine's generator holds: 4,900/s with 2 workers (calibrated 2026-11-23). Sends may be late.",
    ],
  ],
  [
    'what was measured for it',
    { outlook: 'within', demand: demand(900), limit: { ...LIMIT, measuredAt: 'brief' } },
    [
      `note: this plan asks for 900 sessions/s; this machine's generator holds 4,900/s with 1 worker (${ONCE}), against a server that costs nothing. The server under test takes its part of the same cores.`,
    ],
  ],
  [
    'the warning first, then why the stored calibration was of no use',
    {
      outlook: 'beyond',
      demand: demand(5000),
      limit: { ...LIMIT, measuredAt: 'brief' },
      remark: 'the stored calibration is not used: it is 40 days old',
    },
    [
      `warning: this plan asks for 5,000 sessions/s; this machine's generator holds 4,900/s with 1 worker (${ONCE}). Its result will probably be inconclusive (exit 6).`,
      'the stored calibration is not used: it is 40 days old',
    ],
  ],
  [
    'why nothing is known',
    { outlook: 'unknown', demand: demand(5000), remark: 'this machine could not be measured: x' },
    ['this machine could not be measured: x'],
  ],
];

describe('before a run the user is told', () => {
  it.each(ROWS)('%s', (_, forecast, lines) => {
    expect(renderForecast(forecast)).toEqual(lines);
  });
});
