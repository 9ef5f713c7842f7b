// A relay that takes mail for everybody in the domain, in front of a server that knows better: it has to
// bounce, and what it bounces goes to senders who never wrote. Against a real Postfix; counts only.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BOUNCERS, LEGIT, tinyScenario } from './cli/tiny-scenario.ts';
import { reasonToSkip } from './postfix-lab/laboratory-run.ts';
import { playedOnPostfix } from './postfix-lab/played.ts';

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

describe.skipIf(skip !== undefined)('a Postfix that accepts and bounces later', () => {
  const played = playedOnPostfix(SCENARIO);

  it('emits bounces to forged senders, where the one with a list emits none', () => {
    const { figure } = played();
    expect(figure('list', 'target.backscatter')).toBe(0);
    expect(figure('everybody', 'target.backscatter')).toBeGreaterThan(10);
    expect(figure('everybody', 'attack.rejected')).toBeLessThan(
      figure('list', 'attack.rejected') ?? 0,
    );
  });

  it('has the same bounces in its log, and the same mail, in every book', () => {
    for (const { variant, books, warnings } of played().result.runs) {
      for (const { what, ours, theirs } of books)
        expect([variant, what, ours]).toEqual([variant, what, theirs]);
      expect(books.map(({ what }) => what)).toContain('bounces sent');
      expect(warnings.filter(({ code }) => code.endsWith('disagrees'))).toEqual([]);
    }
  });

  it('delivers all real mail to those who exist, and bounces what was for those who do not', () => {
    const { of, figure } = played();
    for (const variant of ['list', 'everybody']) {
      expect(figure(variant, 'legit.delivered')).toBe(figure(variant, 'legit.planned'));
    }
    expect(of('everybody').ledger.some((row) => (row.dead ?? 0) > 0)).toBe(true);
    expect(figure('everybody', 'target.fair_bounces')).toBeGreaterThan(0);
  });

  it('is named by every report, with what it wrote', () => {
    const { of, out, said } = played();
    const sentence =
      /everybody accepts mail for unknown recipients and bounces it later: \d+ bounces/;
    const [sample] = of('everybody').emitted ?? [];
    expect(sample).toMatchObject({ kind: 'bounce', from: '' });
    expect(sample?.lines.slice(0, 3)).toEqual([
      expect.stringMatching(/^Final-Recipient: rfc822; .*@xman\.test$/),
      'Status: 5.1.1',
      expect.stringMatching(/^Diagnostic-Code: smtp; 550 5\.1\.1 No such mailbox here/),
    ]);
    const files = ['report.html', 'summary.md'].map((name) =>
      readFileSync(join(out, name), 'utf8'),
    );
    for (const text of [said, ...files]) {
      expect(text.replaceAll(/\s+/g, ' ')).toMatch(sentence);
      expect(text).toContain(sample?.to.split('@')[1]);
    }
  });
});
