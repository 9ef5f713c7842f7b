// What the reports say of runs that cannot be judged: they have figures, and no verdict comes of them.
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import type { ReportInput } from '../../src/report/input.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { study } from '../../src/report/study.ts';
import { renderSummary } from '../../src/report/terminal.ts';
import type { Result, Run } from '../../src/result/result.ts';
import { sampleInput, sampleResult } from './sample-result.ts';

const LATE = { code: 'generator-late', text: 'it fell behind', fatal: true };

/** The runs of these variants cannot be trusted, and their goal on a latency has no data. */
function invalid(...names: string[]): ReportInput {
  const result = sampleResult();
  const spoil = (run: Run): Run =>
    names.includes(run.variant) ? { ...run, valid: false, warnings: [LATE] } : run;
  const input = sampleInput({ ...result, runs: result.runs.map(spoil) });
  const goals = input.goals.map((goal) =>
    names.includes(goal.variant)
      ? {
          ...goal,
          states: [
            { text: 'legit.lost == 0', state: 'met', shown: '0' } as const,
            {
              text: 'legit.latency.p95 < 5s in storm',
              state: 'no-data',
              shown: 'no data',
            } as const,
          ],
        }
      : goal,
  );
  return { ...input, goals };
}

const options = {
  width: 80,
  files: [],
  exit: { code: 0, meaning: 'done' },
  color: false,
};
const RENDERERS: readonly (readonly [string, (input: ReportInput) => string])[] = [
  ['the page', renderHtml],
  ['the summary for a pull request', renderMarkdown],
  ['the summary on the terminal', (input) => renderSummary(input, options)],
];

describe('a variant whose runs cannot be trusted', () => {
  it.each(RENDERERS)('is not judged in %s, rather than without data', (_, renderer) => {
    expect(renderer(sampleInput())).not.toContain('not judged');
    const text = renderer(invalid('victim-rule'));
    expect(text).toContain('not judged');
    expect(text).not.toContain('no data');
  });

  it('is compared with nothing, and nothing is compared with it', () => {
    const ratios = (input: ReportInput) =>
      study(input).standings.map(({ variant, ratio }) => [variant.name, ratio !== undefined]);
    const usual = Object.fromEntries(ratios(sampleInput()));
    expect(Object.fromEntries(ratios(invalid('victim-rule')))).toEqual({
      ...usual,
      'victim-rule': false,
    });
    expect(ratios(invalid('stock')).filter(([, has]) => has)).toEqual([]);
  });

  it('still misses a goal on a count, which is a fact', () => {
    const input = invalid('stock');
    const goals = input.goals.map((goal) => ({
      ...goal,
      states: goal.states.map((state, i) => (i === 0 ? { ...state, state: 'missed' } : state)),
    })) as ReportInput['goals'];
    const [stock] = study({ ...input, goals }).standings;
    expect(stock?.goal).toBe('missed');
  });
});

describe('the lane of a run that was cut short', () => {
  const tint = (result: Result) => {
    const page = renderHtml(sampleInput(result));
    const lane = /<svg[^>]+aria-labelledby="lane-0-t[\s\S]*?<\/svg>/.exec(page)?.[0] ?? '';
    const [, x = '', width] = /<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/.exec(lane) ?? [];
    return width === undefined ? undefined : { x: Number(x), width: Number(width) };
  };
  function cutAfter(seconds: number): Result {
    const { finishedAt: _none, ...result } = sampleResult();
    const warnings = [{ code: 'interrupted', text: 'stopped', fatal: true }];
    const idle = { due: 0, delivered: 0, undelivered: 0 };
    const runs = result.runs.slice(0, 1).map((run) => ({
      ...run,
      valid: false,
      warnings,
      // The drain goes on for a while, with nothing due.
      timeline: run.timeline
        .slice(0, seconds + 3)
        .map((second) =>
          second.t < seconds
            ? second
            : { ...second, legit: idle, attack: { ...second.attack, started: 0 } },
        ),
    }));
    return { ...result, runs };
  }

  it('has the tint of the storm as far as the storm was played', () => {
    const whole = tint(sampleResult());
    // 10 of the storm's 40 seconds.
    const part = tint(cutAfter(22));
    expect(part?.x).toBe(whole?.x);
    expect((part?.width ?? 0) / (whole?.width ?? 1)).toBeCloseTo(0.25, 2);
    expect(tint(cutAfter(8))).toBeUndefined();
  });
});
