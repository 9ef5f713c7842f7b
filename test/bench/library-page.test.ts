// The page of the library: what was measured stays until it is measured again.
import { describe, expect, it } from 'vitest';
import { renderPage } from '../../src/bench/library/page.ts';
import { passageKey, passageOf, passagesIn } from '../../src/bench/library/passage.ts';
import { smallScenario } from '../plan/small-scenario.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from '../report/sample-result.ts';

const SCENARIOS = [
  { ...smallScenario(), name: 'one', predicts: 'Much.' },
  { ...smallScenario(), name: 'two' },
];
const INPUT = sampleInput(sampleResult(BEHAVIOURS));

describe('the page of the library', () => {
  it('is read back as it was written, and has its passages in order', () => {
    const written = new Map([
      [passageKey('two', 'postfix'), 'p2\n\nmore'],
      [passageKey('two', 'embedded'), 'e2'],
      [passageKey('one', 'embedded'), passageOf(INPUT)],
    ]);
    const page = renderPage(SCENARIOS, written);
    expect(new Map(passagesIn(page))).toEqual(written);
    expect([...passagesIn(page).keys()]).toEqual(['one embedded', 'two embedded', 'two postfix']);
    expect(renderPage(SCENARIOS, passagesIn(page))).toBe(page);
  });

  it('says what was not measured, and what was predicted', () => {
    const page = renderPage(SCENARIOS, new Map([[passageKey('one', 'postfix'), 'x']]));
    expect(page.match(/Not measured yet/g)).toHaveLength(1);
    expect(page.split('## two')[1]).toContain('Not measured yet');
    expect(page).toContain('**Predicted:** Much.');
  });
});

describe('a passage', () => {
  it('has the outcome, a line for each variant and each expectation with its figure', () => {
    const text = passageOf({
      ...INPUT,
      prediction: {
        outcome: 'refuted',
        expectations: [
          { text: 'legit.lost == 0', state: 'met', shown: '0' },
          { text: 'attack.bytes < 1KiB', state: 'missed', shown: '3 KB' },
          { text: 'legit.late > 1', state: 'no-data', shown: 'no data' },
        ],
      },
    });
    expect(text).toMatch(/^\*\*On .*\*\*: refuted\./);
    for (const { name } of BEHAVIOURS) expect(text).toContain(`| ${name} |`);
    expect(text).toContain('- ✔ `legit.lost == 0`: 0');
    expect(text).toContain('- ✘ `attack.bytes < 1KiB`: 3 KB');
    expect(text).toContain('- ? `legit.late > 1`: no data');
  });

  it('names the variants that cannot be trusted', () => {
    const { result } = INPUT;
    const [first] = result.runs;
    const runs = result.runs.map((run) => ({ ...run, valid: run.variant !== first?.variant }));
    expect(passageOf({ ...INPUT, result: { ...result, runs } })).toContain(
      `${first?.variant} cannot be trusted`,
    );
    expect(passageOf(INPUT)).not.toContain('cannot be trusted');
  });
});
