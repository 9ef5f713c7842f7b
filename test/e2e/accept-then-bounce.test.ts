// A relay that takes mail for everybody in the domain, in front of a server that knows better: it has to
// bounce, and what it bounces goes to senders who never wrote. Against a real Postfix; counts only.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result, Run } from '../../src/result/result.ts';
import { Folder, readResultIn } from './cli/program.ts';
import { BOUNCERS, LEGIT, tinyScenario } from './cli/tiny-scenario.ts';
import { reasonToSkip } from './postfix-lab/laboratory-run.ts';

const skip = reasonToSkip();
if (skip !== undefined) console.log(`accept-then-bounce: skipped: ${skip}`);

const SCENARIO = tinyScenario({
  phases: { warmup: '0s', calm: '500ms', storm: '1500ms', recovery: '500ms', drain: '4s' },
  actors: {
    // Some of it has recipients who have left.
    legit: { ...LEGIT, lists: '20%', deadUsers: '20%' },
    // Their null sender cannot be bounced to; the forged ones of bots can.
    bouncers: BOUNCERS,
    bots: { kind: 'bot', rate: '80/s' },
  },
  variants: { list: {}, everybody: { recipients: 'catch-all' } },
});

const folder = new Folder();

describe.skipIf(skip !== undefined)('a Postfix that accepts and bounces later', () => {
  let result: Result;
  let said = '';
  let out = '';
  beforeAll(async () => {
    out = folder.out();
    const scenario = folder.file('bounce.yaml', SCENARIO);
    const ended = await folder.run(['run', scenario, '--target', 'postfix', '--out', out]);
    // 6: a busy machine may start sessions late; what was bounced is the same.
    expect([0, 6], ended.stderr).toContain(ended.exit);
    said = ended.stdout;
    result = readResultIn(out);
  }, 120_000);

  const of = (variant: string): Run => {
    const run = result.runs.find((candidate) => candidate.variant === variant);
    if (!run) throw new Error(`${variant} was not played`);
    return run;
  };
  const figure = (variant: string, name: string): number | undefined =>
    of(variant).metrics.find((m) => m.phase === 'run' && m.metric === name && !m.actor)?.value;

  it('emits bounces to forged senders, where the one with a list emits none', () => {
    expect(figure('list', 'target.backscatter')).toBe(0);
    expect(figure('everybody', 'target.backscatter')).toBeGreaterThan(10);
    expect(figure('everybody', 'attack.rejected')).toBeLessThan(
      figure('list', 'attack.rejected') ?? 0,
    );
  });

  it('has the same bounces in its log, and the same mail, in every book', () => {
    for (const { variant, books, warnings } of result.runs) {
      for (const { what, ours, theirs } of books)
        expect([variant, what, ours]).toEqual([variant, what, theirs]);
      expect(books.map(({ what }) => what)).toContain('bounces sent');
      expect(warnings.filter(({ code }) => code.endsWith('disagrees'))).toEqual([]);
    }
  });

  it('delivers all real mail to those who exist, and bounces what was for those who do not', () => {
    for (const variant of ['list', 'everybody']) {
      expect(figure(variant, 'legit.delivered')).toBe(figure(variant, 'legit.planned'));
    }
    expect(of('everybody').ledger.some((row) => (row.dead ?? 0) > 0)).toBe(true);
    expect(figure('everybody', 'target.fair_bounces')).toBeGreaterThan(0);
  });

  it('is named by every report, with what it wrote', () => {
    const sentence =
      /everybody accepts mail for unknown recipients and bounces it later: \d+ bounces/;
    const [sample] = of('everybody').emitted ?? [];
    expect(sample).toMatchObject({ kind: 'bounce', from: '' });
    expect(sample?.lines.join(' ')).toMatch(/No such mailbox here/);
    const files = ['report.html', 'summary.md'].map((name) =>
      readFileSync(join(out, name), 'utf8'),
    );
    for (const text of [said, ...files]) {
      expect(text.replaceAll(/\s+/g, ' ')).toMatch(sentence);
      expect(text).toContain(sample?.to.split('@')[1]);
    }
  });
});
