// Two embedded servers in a row under a storm, through the program: which of them sends bounces to people who
// never wrote, what passes between the two, and that all books agree.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/result/result.ts';
import { Folder, readResultIn } from './cli/program.ts';
import { BOUNCERS, LEGIT, tinyScenario } from './cli/tiny-scenario.ts';

const LINK = { link: '5Mbit/s', roundTrip: '10ms' };
const VARIANTS = {
  alone: {},
  everybody: { recipients: 'catch-all' },
  table: { edge: LINK },
  asking: { edge: { verify: true, ...LINK } },
  blind: { edge: { recipients: 'catch-all', ...LINK } },
  moved: { hosted: { accounts: ['jslopez'] } },
};

describe('two embedded servers in a run', () => {
  const folder = new Folder();
  let result: Result;
  beforeAll(async () => {
    const out = folder.out();
    const scenario = tinyScenario({
      // Recovery is long enough for those who wait for an edge's answer.
      phases: { warmup: '0s', calm: '300ms', storm: '1s', recovery: '200ms', drain: '10s' },
      actors: {
        legit: { ...LEGIT, deadUsers: '20%' },
        bouncers: BOUNCERS,
        // Their forged senders can be bounced to, unlike the bouncers' null one.
        bots: { kind: 'bot', rate: '30/s' },
      },
      variants: VARIANTS,
    });
    const { exit, stderr } = await folder.run([
      ...['run', folder.file('tiny.yaml', scenario), '--out', out, '--workers', '1'],
    ]);
    // 6: sessions started late, on a machine that is busy. Nothing here depends on when they did.
    expect([0, 6], stderr).toContain(exit);
    result = readResultIn(out);
  }, 120_000);

  const of = (variant: string) => {
    const run = result.runs.find((one) => one.variant === variant);
    if (!run) throw new Error(`no run of ${variant}`);
    return run;
  };
  const figure = (variant: string, metric: string) =>
    of(variant).metrics.find((one) => one.metric === metric && one.phase === 'run')?.value;

  it.each([
    ['alone', false],
    ['everybody', true],
    ['table', false],
    ['asking', false],
    ['blind', true],
    ['moved', true],
  ])('%s: emits bounces to forged senders: %s', (variant, bounces) => {
    const backscatter = figure(variant, 'target.backscatter');
    if (bounces) expect(backscatter).toBeGreaterThan(5);
    else expect(backscatter).toBe(0);
  });

  it.each(Object.keys(VARIANTS))(
    '%s: both sides have the same books, bounces included',
    (variant) => {
      const { books, warnings } = of(variant);
      for (const { what, ours, theirs } of books) expect([what, ours]).toEqual([what, theirs]);
      expect(books.map(({ what }) => what)).toContain('bounces sent');
      expect(warnings.filter(({ code }) => code.endsWith('disagrees'))).toEqual([]);
    },
  );

  it.each(Object.keys(VARIANTS))('%s: no real mail is lost', (variant) => {
    expect(figure(variant, 'legit.delivered')).toBe(figure(variant, 'legit.planned'));
  });

  it('a message in an undeliverable state is a fair bounce where its sender is genuine', () => {
    expect(figure('blind', 'target.fair_bounces')).toBeGreaterThan(0);
    expect(figure('table', 'target.fair_bounces')).toBe(0);
  });

  it('tells what passes between the two, and nothing of it where there is one', () => {
    expect(figure('alone', 'target.behind.sessions')).toBeUndefined();
    expect(figure('table', 'target.behind.probes')).toBe(0);
    expect(figure('asking', 'target.behind.probes')).toBeGreaterThan(5);
    expect(figure('blind', 'target.behind.sessions')).toBeGreaterThan(
      figure('table', 'target.behind.sessions') ?? Number.POSITIVE_INFINITY,
    );
    expect(figure('blind', 'target.link_bytes')).toBeGreaterThan(1000);
    expect(figure('moved', 'target.swallowed')).toBeGreaterThan(5);
    expect(figure('moved', 'target.link_bytes')).toBeUndefined();
  });
});
