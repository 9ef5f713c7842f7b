// What makes a run untrustworthy: every limit from both sides.
import { describe, expect, it } from 'vitest';
import { describeFaults, faultWarnings } from '../../src/result/machine-faults.ts';
import { disagreements, reconcile, type TargetBooks } from '../../src/result/reconcile.ts';
import { type Evidence, findWarnings } from '../../src/result/trust.ts';
import { BOUNCERS, batchOf, LEGIT, many, type RowFacts, recorderOf } from '../record/rows.ts';

const SENT: RowFacts = {
  actor: BOUNCERS,
  state: 'rejected',
  stage: 'rcpt',
  code: 550,
  intended: 1600,
};

function warningsOf(change: Partial<Evidence> = {}, rows: readonly RowFacts[] = many(200, SENT)) {
  const recorder = recorderOf(false);
  recorder.outcomes(batchOf(rows));
  return findWarnings({
    recorder,
    generatorCores: 0.2,
    workers: 1,
    faults: {},
    interrupted: false,
    targetDied: undefined,
    steal: 0,
    targetWarnings: [],
    client: 'address',
    ...change,
  }).map(({ code, fatal }) => `${code}${fatal ? '!' : ''}`);
}

/** 200 sessions of which the last few start late. */
function late(count: number, lagMs: number, intended = 1600): RowFacts[] {
  return [
    ...many(200 - count, { ...SENT, intended }),
    ...many(count, { ...SENT, intended, started: intended + lagMs }),
  ];
}

/** Three messages of the calm that took so long. */
function calm(ms: number | 'never' | undefined): RowFacts[] {
  if (ms === undefined) return [];
  if (ms === 'never') return many(3, { actor: LEGIT, state: 'deferred', intended: 600 });
  return many(3, { actor: LEGIT, state: 'accepted', intended: 600, ended: 600 + ms });
}

function unsent(count: number, of: number): RowFacts[] {
  return [
    ...many(of - count, SENT),
    ...many(count, { actor: BOUNCERS, state: 'unsent', intended: 1600 }),
  ];
}

describe('a run', () => {
  it('that kept its time on an idle machine has no warning', () => {
    expect(warningsOf()).toEqual([]);
    expect(warningsOf({}, [])).toEqual([]);
  });

  it.each([
    ['sends 4.9 ms late at the 99th percentile', late(4, 4.9), undefined, []],
    ['sends 5.1 ms late at the 99th percentile', late(4, 5.1), undefined, ['generator-late!']],
    ['sends one in two hundred late', late(1, 500), undefined, []],
    ['sends late in the warm-up only', late(100, 300, 100), undefined, []],
    ['lags within a tenth of the calm', late(4, 39), 400, []],
    ['lags by more than a tenth of the calm', late(4, 41), 400, ['generator-late!']],
    ['lags by little of a fast calm', late(4, 4.9), 10, []],
    ['lags by a tenth of a slow calm', late(4, 51), 9000, ['generator-late!']],
    ['lags beside mail that never arrived', late(4, 49), 'never', []],
    ['lags by too much even beside that', late(4, 51), 'never', ['generator-late!']],
  ] as const)('that %s: %#', (_, rows, calmMs, codes) => {
    expect(warningsOf({}, [...rows, ...calm(calmMs)])).toEqual(codes);
  });

  it('in which nobody was greeted says that nothing was tested', () => {
    const recorder = recorderOf();
    recorder.progress(0, 3, 0, 0, 0);
    recorder.outcomes(batchOf(many(3, { ...SENT, state: 'refused', stage: 'connect', code: 0 })));
    expect(findWarningsOf(recorder)).toContain('never-greeted');
    recorder.outcomes(batchOf([{ ...SENT, marks: { banner: [1600, 1610] } }]));
    expect(findWarningsOf(recorder)).not.toContain('never-greeted');
  });

  it.each([
    [0, 100, []],
    [1, 100, ['unsent']],
    [2, 100, ['unsent']],
    [3, 100, ['unsent!']],
    [100, 100, ['unsent!']],
  ])('with %d of %d sessions unsent has the warnings %j', (count, of, codes) => {
    expect(warningsOf({}, unsent(count, of))).toEqual(codes);
  });

  it('does not blame the in-flight limit for what failed on this machine', () => {
    expect(warningsOf({ faults: { EINVAL: 3 } }, unsent(3, 100))).toEqual(['machine-fault!']);
  });

  it.each([
    [0.85, 1, []],
    [0.86, 1, ['generator-busy!']],
    [1.7, 2, []],
    [1.71, 2, ['generator-busy!']],
  ])(
    'whose generator used %d cores with %d workers has the warnings %j',
    (generatorCores, workers, codes) => {
      expect(warningsOf({ generatorCores, workers })).toEqual(codes);
    },
  );

  it.each([
    ['steal at its limit', { steal: 0.02 }, []],
    ['more steal', { steal: 0.021 }, ['cpu-stolen']],
    ['steal that nobody tells', { steal: undefined }, []],
    ['sessions that failed on this machine', { faults: { EMFILE: 3 } }, ['machine-fault!']],
    [
      'two kinds of such faults',
      { faults: { EMFILE: 3, ENOBUFS: 1 } },
      ['machine-fault!', 'machine-fault!'],
    ],
    ['a target without descriptors', { targetFaults: { EMFILE: 1 } }, ['target-fault!']],
    ['a laboratory without room', { targetFaults: { ENOSPC: 2 } }, ['target-fault!']],
    ['an interruption', { interrupted: true }, ['interrupted!']],
    ['a target that died', { targetDied: 'its process ended' }, ['target-died!']],
    ['words of the target', { targetWarnings: ['queue full'] }, ['target-log']],
  ] as const)('with %s has them', (_, change, codes) => {
    expect(warningsOf(change)).toEqual(codes);
  });

  it.each<[string, Evidence['client'], RowFacts[], string[]]>([
    [
      'all, told by XCLIENT',
      'xclient',
      many(200, { ...SENT, stage: 'helo', code: 550 }),
      ['not-introduced!'],
    ],
    [
      'all, told by a PROXY header',
      'proxy-v2',
      many(200, { ...SENT, stage: 'banner', state: 'dropped', code: 0 }),
      ['not-introduced!'],
    ],
    ['all but one', 'xclient', [...many(199, { ...SENT, stage: 'helo' }), SENT], []],
    ['all, by their own address', 'address', many(200, { ...SENT, stage: 'helo' }), []],
  ])(
    'that was broken off at the greeting (%s) is no test where addresses are told',
    (_who, client, rows, codes) => {
      expect(warningsOf({ client }, rows)).toEqual(codes);
    },
  );

  it('in which mail arrived twice says so', () => {
    const recorder = recorderOf();
    recorder.outcomes(batchOf([{ actor: LEGIT, state: 'accepted', intended: 600 }]));
    const codes = () => findWarningsOf(recorder);
    recorder.delivered('0-0', 700);
    expect(codes()).toEqual([]);
    recorder.delivered('0-0', 800);
    expect(codes()).toEqual(['duplicates']);
  });
});

describe('a generator at its limit', () => {
  /** The warnings of such rows, and of what the workers told second by second. */
  function textsOf(
    seconds: readonly (readonly [begun: number, lagMs: number])[],
    rows: readonly RowFacts[],
    change: Partial<Evidence> = {},
  ): string[] {
    const recorder = recorderOf(false);
    const greeted = { ...SENT, marks: { banner: [1600, 1601] } } as const;
    recorder.outcomes(batchOf([greeted, ...rows]));
    seconds.forEach(([begun, lagMs], t) => {
      recorder.progress(0, begun, lagMs, 0, t * 1000 + 500);
    });
    return findWarnings({
      recorder,
      ...{ generatorCores: 0, workers: 1, faults: {}, interrupted: false },
      ...{ targetDied: undefined, steal: undefined, targetWarnings: [], client: 'address' },
      ...change,
    }).map(({ text }) => text);
  }

  it.each<[string, [number, number][], string]>([
    [
      'one saturated second',
      [
        [10, 0],
        [900, 80],
        [20, 0],
      ],
      'In the second in which it was late it started 900 sessions/s',
    ],
    [
      'several, by their mean',
      [
        [10, 0],
        [900, 80],
        [1500, 90],
        [600, 6],
        [20, 0],
      ],
      'In the 3 seconds in which it was late it started 1,000 sessions/s',
    ],
    [
      'those under load, not a hiccup in the calm',
      [
        [10, 60],
        [900, 80],
        [1100, 90],
      ],
      'In the 2 seconds in which it was late it started 1,000 sessions/s',
    ],
  ])('tells the rate that it held in %s', (_, seconds, words) => {
    const [text] = textsOf(seconds, late(40, 80));
    expect(text).toContain('The generator fell behind');
    expect(text).toContain(words);
  });

  it('invents no rate where no second was saturated', () => {
    expect(
      textsOf(
        [
          [10, 0],
          [900, 5],
        ],
        late(40, 80),
      )[0],
    ).not.toContain('sessions/s');
  });

  it('that was busy tells the rate that would have left it room, in proportion', () => {
    const busy = { generatorCores: 1, workers: 1 };
    const [text] = textsOf(
      [
        [500, 0],
        [1500, 1],
      ],
      many(200, SENT),
      busy,
    );
    expect(text).toContain('Up to 850 sessions/s in the mean would have left it room.');
    expect(textsOf([], many(200, SENT), busy)[0]).not.toContain('sessions/s');
  });

  it('tells how many attackers found room while others did not', () => {
    const rows = [
      ...many(300, { ...SENT, intended: 2000, started: 2000 }),
      ...many(100, {
        actor: BOUNCERS,
        state: 'unsent',
        intended: 2500,
        started: Number.NaN,
        ended: 2500,
      }),
      ...many(50, { ...SENT, intended: 1600 }),
    ];
    expect(textsOf([], rows)[0]).toContain(
      'In the seconds in which that happened 300 sessions/s of all attackers found room.',
    );
  });

  it('of which the plan asked too much says so, and lets the run itself judge', () => {
    const beyond = { planned: 6400, limit: 4900 };
    expect(warningsOf({ beyond })).toEqual(['beyond-limit']);
    expect(textsOf([], many(200, SENT), { beyond, workers: 2 })).toEqual([
      'The plan asks for 6,400 sessions/s in its busiest second; on this machine the generator was measured to hold 4,900 sessions/s with 2 workers.',
    ]);
    expect(warningsOf({ beyond }, late(40, 80))).toEqual(['generator-late!', 'beyond-limit']);
  });
});

function findWarningsOf(recorder: Evidence['recorder']): string[] {
  return findWarnings({
    ...{ recorder, generatorCores: 0, workers: 1, faults: {} },
    ...{ interrupted: false, targetDied: undefined, steal: undefined, targetWarnings: [] },
    client: 'address',
  }).map(({ code }) => code);
}

describe('what this machine could not do', () => {
  it.each([
    [{}, undefined],
    [{ EMFILE: 1 }, '1 session failed on this machine (EMFILE: no file descriptor left)'],
    [
      { EADDRINUSE: 300, EINVAL: 2 },
      '302 sessions failed on this machine (EADDRINUSE: no port left; EINVAL)',
    ],
  ])('is told in one line while it happens: %j', (faults, text) => {
    expect(describeFaults(faults)).toBe(text);
  });

  it.each([
    ['EMFILE', /^7 sessions .* never reached the server\. .*`ulimit -n`/],
    ['EADDRNOTAVAIL', /^7 sessions .* no port left.*ip_local_port_range/],
    ['EINVAL', /^7 sessions failed on this machine \(EINVAL\) and never reached the server\.$/],
  ])('is a warning with its count and its mend: %s', (code, text) => {
    expect(faultWarnings({ [code]: 7 })).toEqual([
      { code: 'machine-fault', text: expect.stringMatching(text), fatal: true },
    ]);
  });
});

describe('the books of both sides', () => {
  const spoke = { marks: { helo: [1601, 1602] } } as const;
  const ROWS: readonly RowFacts[] = [
    ...many(3, { ...SENT, ...spoke }),
    { ...SENT, ...spoke, code: 450, state: 'deferred' },
    { ...SENT, ...spoke, actor: LEGIT, stage: 'body', code: 554 },
    { ...SENT, state: 'refused', stage: 'connect', code: 0 },
  ];
  const compare = (books: TargetBooks) => {
    const recorder = recorderOf();
    recorder.outcomes(batchOf(ROWS));
    return reconcile(recorder, books);
  };

  it('agree on sessions in which the client spoke and on recipients refused, code by code', () => {
    const comparisons = compare({
      ...{ sessions: 7, lostAfterConnect: 2 },
      rcptRejects: { 550: 3, 450: 1 },
    });
    expect(comparisons).toEqual([
      { what: 'sessions in which the client spoke', ours: 5, theirs: 5 },
      { what: 'recipients refused with 450', ours: 1, theirs: 1 },
      { what: 'recipients refused with 550', ours: 3, theirs: 3 },
    ]);
    expect(disagreements(comparisons)).toEqual([]);
  });

  it.each([
    ['a session more', { sessions: 6, lostAfterConnect: 0 }, /spoke: 5 seen .* 6 in/],
    [
      'a code that only the target knows',
      { rcptRejects: { 550: 3, 450: 1, 554: 2 } },
      /554: 0 seen .* 2 in/,
    ],
    ['a code that only the senders know', { rcptRejects: { 550: 3 } }, /450: 1 seen .* 0 in/],
  ])('disagree on %s, which is a warning', (_, books, text) => {
    const warnings = disagreements(compare(books));
    expect(warnings).toMatchObject([{ code: 'log-disagrees', fatal: false }]);
    expect(warnings[0]?.text).toMatch(text);
  });

  it('leave out that a recipient was asked for without a sender', () => {
    const recorder = recorderOf();
    recorder.outcomes(batchOf([{ ...SENT, code: 503 }]));
    expect(reconcile(recorder, { rcptRejects: {} })).toEqual([]);
  });

  it('are not compared where the target keeps none', () => {
    expect(compare({})).toEqual([]);
    expect(compare({ sessions: 9 })).toEqual([]);
  });
});
