// What `blowback doctor` makes of a machine: its checks, which scenarios it lets through, and its words.
import { describe, expect, it } from 'vitest';
import type { Calibration } from '../../../src/calibration/calibration.ts';
import {
  type Diagnosis,
  isLacking,
  type Prospect,
} from '../../../src/commands/doctor/diagnosis.ts';
import { examine, obstacle, type Readings } from '../../../src/commands/doctor/examine.ts';
import { judgeWish, readWish, type Wish } from '../../../src/commands/doctor/prospects.ts';
import { diagnosisJson, renderDiagnosis } from '../../../src/commands/doctor/render.ts';
import { UserError } from '../../../src/errors.ts';

const KERNEL: Readonly<Record<string, string>> = {
  'net/ipv4/ip_local_port_range': '32768\t60999',
  'net/ipv4/tcp_tw_reuse': '2',
  'net/core/somaxconn': '4096',
};
const LINUX: Readings = {
  node: 'v20.20.2',
  cores: 2,
  cpu: 'Some CPU',
  memoryBytes: 24e9,
  freeBytes: 20e9,
  descriptors: { soft: 1024, hard: 1_048_576 },
  kernel: (name) => KERNEL[name],
  portsPerSecond: 470.53,
  isRoot: true,
  laboratory: () => undefined,
  postfix: () => undefined,
  ownServer: () => undefined,
};

function lineOf(name: string, change: Partial<Readings> = {}) {
  return examine({ ...LINUX, ...change }).find((check) => check.name === name);
}

describe('a look at the machine', () => {
  it.each<[string, Partial<Readings>, string, string]>([
    ['Node.js', {}, 'ok', 'v20.20.2'],
    ['Node.js', { node: 'v20.19.0' }, 'ok', 'v20.19.0'],
    ['Node.js', { node: 'v22.0.0' }, 'ok', 'v22.0.0'],
    ['Node.js', { node: 'v20.18.9' }, 'missing', 'v20.18.9, and 20.19 or later is needed'],
    ['Node.js', { node: 'v18.20.0' }, 'missing', 'v18.20.0, and 20.19 or later is needed'],
    ['processor', { cores: 1 }, 'ok', '1 core, Some CPU'],
    ['descriptors', {}, 'ok', '1,024 for each process (hard limit 1,048,576)'],
    ['descriptors', { descriptors: { soft: 9 } }, 'ok', '9 for each process (no hard limit)'],
    ['descriptors', { descriptors: {} }, 'ok', 'no limit that this machine tells'],
    ['ports', {}, 'ok', '32768 to 60999: 28,232, 470 sessions/s for each client address'],
    ['listen queue', {}, 'ok', '4,096 connections at most (net.core.somaxconn)'],
    ['user', { isRoot: false }, 'ok', 'not root: a laboratory needs a user namespace'],
    ['own Postfix', { ownServer: () => [] }, 'ok', 'nothing in it would spoil a run'],
    ['Postfix', { postfix: () => ({ message: 'no postconf' }) }, 'note', 'no postconf'],
  ])('says of %s with %j: %s, %s', (name, change, state, text) => {
    expect(lineOf(name, change)).toMatchObject({ state, text });
  });

  it.each([
    ['0', 'not used again for a minute'],
    ['1', 'used again after a second (tcp_tw_reuse 1)'],
    ['2', 'used again after a second on loopback'],
  ])('tells what TIME_WAIT means with tcp_tw_reuse %s', (value, words) => {
    const kernel = (name: string) => (name.endsWith('tw_reuse') ? value : undefined);
    expect(lineOf('TIME_WAIT', { kernel })?.text).toContain(words);
  });

  it('names each trap of the own server, and what helps against it', () => {
    const traps = ['a', 'b'].map((code) => ({ code, text: `trap ${code}`, hint: `mend ${code}` }));
    const checks = examine({ ...LINUX, ownServer: () => traps });
    expect(checks.filter(({ name }) => name === 'own Postfix')).toEqual([
      { name: 'own Postfix', state: 'note', text: 'trap a', hint: 'mend a' },
      { name: 'own Postfix', state: 'note', text: 'trap b', hint: 'mend b' },
    ]);
    expect(examine(LINUX).some(({ name }) => name === 'own Postfix')).toBe(false);
  });

  it('leaves out what the system does not tell', () => {
    const names = examine({ ...LINUX, kernel: () => undefined }).map(({ name }) => name);
    expect(names).not.toContain('ports');
    expect(names).not.toContain('TIME_WAIT');
    expect(names).toContain('memory');
  });

  it('takes a refusal for an obstacle, and a bug for a bug', () => {
    const refusal = new UserError('no', { exitCode: 3, hint: 'do' });
    const failing = (error: Error) => () => {
      throw error;
    };
    expect(obstacle(() => undefined)).toBeUndefined();
    expect(obstacle(failing(refusal))).toMatchObject({ message: 'no', hint: 'do' });
    expect(() => obstacle(failing(new TypeError('bug')))).toThrow('bug');
  });
});

const WISH: Wish = {
  scenario: 'storm',
  target: 'embedded',
  demand: { perSecond: 900, atOnce: 1200 },
};
const free = () => undefined;

describe('a scenario', () => {
  it.each([
    [undefined, 1, 'unknown'],
    [undefined, 3, 'plays'],
    [4900, 1, 'plays'],
    [1000, 1, 'close'],
    [899, 1, 'too-fast'],
  ])('of 900/s where %s/s are held by %d workers: %s', (limit, workers, state) => {
    expect(judgeWish(WISH, limit, workers, free)).toMatchObject({ ...WISH, state });
  });

  it('that something stands in the way of cannot be played, however slow it is', () => {
    const message = 'a laboratory needs root';
    const found = judgeWish(WISH, 4900, 1, () => ({ message, hint: 'Use sudo' }));
    expect(found).toMatchObject({ state: 'impossible', reason: `${message}. Use sudo` });
  });

  it('that this machine has too little for cannot be played', () => {
    const shortage = { message: 'too few ports', hint: 'Widen them' };
    const found = judgeWish({ ...WISH, shortage }, 4900, 1, free);
    expect(found).toEqual({
      ...WISH,
      limit: 4900,
      state: 'impossible',
      reason: 'too few ports. Widen them',
    });
  });

  it('that is built in asks for what its file says', () => {
    expect(readWish('deluge-2008', 1)).toEqual({
      scenario: 'deluge-2008',
      target: 'embedded',
      tunings: expect.any(Array),
      // 180 bouncers and 25 messages a second; the messages of 16 s, less than their concurrency.
      demand: { perSecond: 205, atOnce: expect.any(Number) },
    });
  });

  it('that there is none ends with exit code 2', () => {
    expect(() => readWish('deluge-2009', 1)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

const CALIBRATION: Calibration = {
  measuredAt: '2026-11-23T14:00:00.000Z',
  workers: 1,
  loadAverage: 0.1,
  peak: { rejected: 5123, accepted: 4321 },
  heldPerSecond: 4321,
  lags: [
    { share: 0.5, perSecond: 2160, p50Ms: 0.123, p99Ms: 0.812 },
    { share: 0.8, perSecond: 3456, p50Ms: 0.5, p99Ms: 3.4 },
  ],
  punctualPerSecond: 2160,
  bytesPerSession: 8716.2,
};
const OF_ALL_STATES: readonly Prospect[] = [
  { ...WISH, scenario: 'one', state: 'plays', limit: 4321 },
  { ...WISH, scenario: 'two', state: 'close', limit: 1000 },
  { ...WISH, scenario: 'a-very-long-name-of-a-scenario/in/a/folder.yaml', state: 'unknown' },
  { ...WISH, scenario: 'four', state: 'too-fast', limit: 899 },
  {
    ...WISH,
    scenario: 'five',
    target: 'postfix',
    state: 'impossible',
    reason: 'these programs are missing: postconf. Install postfix; on Debian or Ubuntu: sudo …',
  },
];

function diagnosisOf(change: Partial<Diagnosis> = {}): Diagnosis {
  return {
    blowback: '0.1.0',
    machine: { cpu: 'x', cores: 2, memoryGiB: 24, kernel: 'k', node: 'v', blowback: '0.1.0' },
    crew: { workers: 1, cores: 2 },
    checks: examine(LINUX),
    calibration: CALIBRATION,
    prospects: OF_ALL_STATES,
    ...change,
  };
}

describe('the diagnosis', () => {
  it('fits 80 columns, whatever it says', () => {
    const long = () => ({ message: 'word '.repeat(40).trim(), hint: 'Do this and that.' });
    for (const change of [
      {},
      { checks: examine({ ...LINUX, laboratory: long, node: 'v1.0.0' }) },
      { calibration: { ...CALIBRATION, loadAverage: 3.2 } },
    ]) {
      const lines = renderDiagnosis(diagnosisOf(change)).split('\n');
      expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
    }
  });

  it('shows the figures of a calibration', () => {
    const text = renderDiagnosis(diagnosisOf());
    for (const words of [
      '1 worker on 2 cores, 1 left for the target (calibrated 2026-11-23)',
      '5,123/s rejected at RCPT, 4,321/s accepted (4 KB)',
      'limit         4,321/s',
      'p50 123 µs, p99 812 µs at 2,160/s, 50 % of the limit',
      'p99 below 1 ms up to 2,160/s',
      '8.72 KB for each session held open',
      '✔ one ',
      '900/s of 4,321/s, ≤ 1,200 at once: plays',
      '✘ four ',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).not.toContain('was busy');
  });

  it('says what spoils or lacks', () => {
    const { bytesPerSession: _, ...unheld } = CALIBRATION;
    const busy = { ...unheld, loadAverage: 1.5, punctualPerSecond: 0 };
    const text = renderDiagnosis(diagnosisOf({ calibration: busy }));
    expect(text).toContain('the machine was busy (load average 1.5 on 2 cores)');
    expect(text).toContain('p99 below 1 ms at none of these rates');
    expect(text).toContain('not measured: too few sessions could be held open');
  });

  it('as JSON has the figures and the states, and null for what nobody measured', () => {
    const json = JSON.parse(JSON.stringify(diagnosisJson(diagnosisOf())));
    expect(json).toMatchObject({
      blowback: '0.1.0',
      workers: 1,
      calibration: { limitPerSecond: 4321, peak: { rejected: 5123 } },
      scenarios: [
        { scenario: 'one', plannedPerSecond: 900, atOnce: 1200, limitPerSecond: 4321 },
        { state: 'close' },
        { state: 'unknown', limitPerSecond: null },
        { state: 'too-fast' },
        { state: 'impossible', target: 'postfix', reason: expect.stringContaining('postconf') },
      ],
    });
    const { calibration: _, ...without } = diagnosisOf({ uncalibrated: 'not yet' });
    expect(diagnosisJson(without)).toMatchObject({ calibration: null, uncalibrated: 'not yet' });
    expect(renderDiagnosis(without)).toContain('– not yet');
  });

  it.each([
    ['nothing', {}, ['plays', 'close', 'unknown'], false],
    ['a scenario too fast', {}, ['plays', 'too-fast'], true],
    ['a scenario that cannot be played', {}, ['impossible'], true],
    ['a program that nobody asked for', { postfix: () => ({ message: 'no' }) }, ['plays'], false],
    ['Node.js of today', { node: 'v16.0.0' }, ['plays'], true],
  ] as const)('lacks %s', (_, readings, states, lacking) => {
    const prospects = states.map((state) => ({ ...WISH, state }));
    const checks = examine({ ...LINUX, ...readings });
    expect(isLacking(diagnosisOf({ checks, prospects }))).toBe(lacking);
  });
});
