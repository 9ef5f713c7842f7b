// Targets that are told their clients' addresses: a greylist that took all senders for one host would
// let them in after the first, and the two sides' books would still have to agree.
import { describe, expect, it } from 'vitest';
import { Folder, readResultIn } from './cli/program.ts';
import { reasonToSkip } from './postfix-lab/laboratory-run.ts';

const noPostfix = reasonToSkip();
if (noPostfix !== undefined) console.log(`told-clients against Postfix: skipped: ${noPostfix}`);
const folder = new Folder();

const scenario = (target: string, client: string): string =>
  JSON.stringify({
    name: `told-${target}-${client}`,
    clock: { compress: 600 },
    phases: { warmup: '0s', calm: '200ms', storm: '1s', recovery: '1s', drain: '3s' },
    world: { sources: 100_000, roundTrip: 0, victimExists: true },
    actors: {
      legit: { kind: 'legit', rate: '5/s', systems: { postfix: 1 } },
      bouncers: { kind: 'bouncer', rate: '60/s', dialects: { postfix: 1, qmail: 1 } },
    },
    target: { kind: target, client, tuning: { greylist: { delay: '5m' } } },
  });

describe.each([
  ['embedded', undefined],
  ['postfix', noPostfix],
] as const)('%s', (target, lack) => {
  it.skipIf(lack !== undefined).each(['address', 'xclient', 'proxy-v1', 'proxy-v2'])(
    'tells its clients apart by %s',
    async (client) => {
      const out = folder.out();
      const ended = await folder.run([
        'run',
        folder.file('s.yaml', scenario(target, client)),
        '--out',
        out,
      ]);
      expect([0, 6], ended.stderr).toContain(ended.exit);
      const [run] = readResultIn(out).runs;
      for (const { what, ours, theirs } of run?.books ?? [])
        expect([what, ours]).toEqual([what, theirs]);
      const figure = (name: string) =>
        run?.metrics.find((m) => m.phase === 'run' && m.metric === `actor.bouncers.${name}`)?.value;
      expect(figure('planned')).toBe(60);
      expect(figure('deferred')).toBeGreaterThan(40);
      expect(figure('accepted')).toBeGreaterThan(40);
      expect(figure('garbled')).toBe(0);
    },
    60_000,
  );
});
