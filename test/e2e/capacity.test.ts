// `blowback capacity` and `--sweep` as their users see them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Folder, readResultIn } from './cli/program.ts';
import { tinyScenario } from './cli/tiny-scenario.ts';

const folder = new Folder();
const scenario = (goal: readonly string[]) =>
  folder.file(
    'tiny.yaml',
    tinyScenario({
      goal,
      target: { kind: 'embedded', tuning: { workers: 50, contentFilter: { wait: '500ms' } } },
    }),
  );

describe('capacity', { timeout: 120_000 }, () => {
  it('plays storms of several sizes, keeps the own one as its run, and shows them all', async () => {
    const out = folder.out();
    const path = scenario(['legit.lost == 0']);
    const args = ['--of', 'actors.bouncers.rate', '--budget', '12s', '--workers', '1'];
    const { stdout } = await folder.run(['capacity', path, ...args, '--out', out]);
    const { capacity, runs } = readResultIn(out);
    expect(runs).toMatchObject([{ variant: 'stock', repeat: 1 }]);
    expect(capacity).toMatchObject({ of: 'bouncers', variants: [{ variant: 'stock' }] });
    const [found] = capacity?.variants ?? [];
    const rates = found?.storms.map(({ rate }) => rate) ?? [];
    expect(rates.length).toBeGreaterThan(1);
    expect(rates[0]).toBe(40);
    // Twice as big where it held, half as big where it did not.
    expect(rates[1]).toBe(found?.storms[0]?.outcome === 'held' ? 80 : 20);
    expect(stdout).toContain('survives, in sessions a second of bouncers:');
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toContain('How big a storm it survives');
    expect(page).toContain('id="goodput-share-t"');
  });

  it.each([
    [['--of', 'actors.bouncers'], /only a rate can be raised/],
    [['--of', 'actors.nobody.rate'], /no actor is named nobody/],
    [['--set', 'goal=[]'], /tiny has no goal: nothing says what surviving means/],
    [['--set', 'actors.bouncers.rate={shape: trace, at: [0s]}'], /the rate of bouncers is a trace/],
    [['--budget', 'soon'], /expected a time such as 10m/],
  ])('with %j ends before anything is played', async (args, message) => {
    const out = folder.out();
    const { exit, stderr } = await folder.run([
      'capacity',
      scenario(['legit.lost == 0']),
      ...args,
      '--out',
      out,
    ]);
    expect(stderr).toMatch(message);
    expect(exit).toBe(2);
    expect(existsSync(out)).toBe(false);
  });
});

describe('--sweep', { timeout: 60_000 }, () => {
  it('plays one value over a list, each with a load of its own', async () => {
    const out = folder.out();
    const path = scenario([]);
    const sweep = ['--sweep', 'actors.bouncers.rate=20/s,60/s', '--workers', '1'];
    const { exit, stderr } = await folder.run(['run', path, ...sweep, '--out', out]);
    expect([0, 6], stderr).toContain(exit);
    const { variants, runs, command } = readResultIn(out);
    expect(variants.map(({ name, changes }) => [name, changes])).toEqual([
      ['rate-20-s', ['actors.bouncers.rate: 20/s']],
      ['rate-60-s', ['actors.bouncers.rate: 60/s']],
    ]);
    const planned = runs.map(
      ({ metrics }) =>
        metrics.find(({ metric, phase }) => metric === 'attack.planned' && phase === 'run')?.value,
    );
    expect((planned[1] ?? 0) / (planned[0] ?? 1)).toBeCloseTo(3, 5);
    expect(command).toContain('--sweep actors.bouncers.rate=20/s,60/s');
  });
});
