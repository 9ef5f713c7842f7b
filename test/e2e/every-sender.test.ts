// All kinds of senders at once, against both targets: what each rule stops and what it lets through, as
// the scenario of that name predicts. Counts only; the storm is shortened.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result, Run } from '../../src/result/result.ts';
import { Folder, readResultIn } from './cli/program.ts';
import { reasonToSkip } from './postfix-lab/laboratory-run.ts';

const SHORT = JSON.stringify({
  extends: 'every-sender',
  name: 'every-sender-shortened',
  // The greylist's five minutes take a second: a busy machine is no later than that.
  clock: { compress: 300 },
  phases: { warmup: '0s', calm: '1s', storm: '6s', recovery: '4s', drain: '5s' },
});
/** Asked by a harvester in one session, as the scenario has it. */
const ASKED = 25;

const noPostfix = reasonToSkip();
if (noPostfix !== undefined) console.log(`every-sender against Postfix: skipped: ${noPostfix}`);

const folder = new Folder();

describe.each([
  ['the embedded target', [], undefined],
  ['a real Postfix', ['--target', 'postfix'], noPostfix],
] as const)('all senders against %s', (_name, args, lack) => {
  let result: Result;
  beforeAll(async () => {
    if (lack !== undefined) return;
    const out = folder.out();
    const scenario = folder.file(`short${args.length}.yaml`, SHORT);
    const ended = await folder.run(['run', scenario, ...args, '--out', out]);
    // 6: a busy machine may start sessions late; what became of them is the same.
    expect([0, 6], ended.stderr).toContain(ended.exit);
    result = readResultIn(out);
  }, 240_000);

  const of = (variant: string): Run => {
    const run = result.runs.find((candidate) => candidate.variant === variant);
    if (!run) throw new Error(`${variant} was not played`);
    return run;
  };
  const figure = (variant: string, name: string): number => {
    const metric = of(variant).metrics.find((m) => m.phase === 'run' && m.metric === name);
    if (!metric) throw new Error(`${variant} has no ${name}`);
    return metric.value;
  };

  it.skipIf(lack !== undefined)('have books that agree, variant by variant', () => {
    for (const { variant, books } of result.runs) {
      expect(books.length).toBeGreaterThan(2);
      for (const { what, ours, theirs } of books)
        expect([variant, what, ours]).toEqual([variant, what, theirs]);
    }
  });

  it.skipIf(lack !== undefined)('arrive where no rule stops them, in TLS where they use it', () => {
    for (const name of ['bouncers', 'vacation', 'lists', 'challenges', 'postfix-callouts']) {
      const sessions = figure('stock', `actor.${name}.sessions`);
      expect([name, figure('stock', `actor.${name}.accepted`)]).toEqual([name, sessions]);
      expect(sessions).toBeGreaterThan(10);
    }
    expect(figure('stock', 'actor.bouncers.tls')).toBeGreaterThan(
      figure('stock', 'actor.bouncers.sessions') / 2,
    );
    expect(figure('stock', 'actor.bouncers.tls_resumed')).toBeGreaterThan(0);
    expect(figure('stock', 'actor.bots.tls')).toBe(0);
    // By the run's end, or by Postfix in stress.
    expect(figure('stock', 'actor.slow.cut') + figure('stock', 'actor.slow.deferred')).toBe(
      figure('stock', 'actor.slow.sessions'),
    );
    expect(figure('stock', 'actor.exim-callouts.withheld')).toBeGreaterThan(0);
    expect(figure('stock', 'legit.rejected')).toBe(0);
    expect(figure('stock', 'legit.delivered')).toBe(figure('stock', 'legit.planned'));
  });

  it.skipIf(lack !== undefined)(
    'without a null sender: bounces and Exim’s callouts stop, Postfix’ and lists pass, genuine bounces are lost',
    () => {
      const share = (name: string) =>
        figure('no-null', `actor.${name}.accepted`) / figure('no-null', `actor.${name}.sessions`);
      expect(share('bouncers')).toBeLessThan(0.1);
      expect(share('exim-callouts')).toBe(0);
      expect(share('postfix-callouts')).toBe(1);
      expect(share('lists')).toBeGreaterThan(0.5);
      expect(figure('no-null', 'legit.bounces.sent')).toBeGreaterThan(5);
      expect(figure('no-null', 'legit.bounces.rejected')).toBe(
        figure('no-null', 'legit.bounces.sent'),
      );
      expect(figure('no-null', 'legit.rejected')).toBe(figure('no-null', 'legit.bounces.sent'));
    },
  );

  it.skipIf(lack !== undefined)(
    'greylisted: about two sessions for each bounce, and fewer than half of the bots',
    () => {
      const sessions = figure('greylist', 'actor.bouncers.amplification');
      expect(sessions).toBeGreaterThan(1.5);
      expect(sessions).toBeLessThan(2.3);
      expect(figure('stock', 'actor.bouncers.amplification')).toBe(1);
      const bots =
        figure('greylist', 'actor.bots.accepted') / figure('greylist', 'actor.bots.planned');
      // A sixth where the machine is quiet. Where it is busy sessions take longer, and so retries come later:
      // some of those within a minute, a tenth of a second here, then come behind the greylist's time.
      expect(bots).toBeLessThan(1 / 2);
      expect(
        figure('stock', 'actor.bots.accepted') / figure('stock', 'actor.bots.planned'),
      ).toBeGreaterThan(0.6);
    },
  );

  it.skipIf(lack !== undefined)(
    'after five errors: harvesters are cut short, bouncers are not',
    () => {
      const asked = (variant: string) =>
        figure(variant, 'actor.harvesters.recipients') /
        figure(variant, 'actor.harvesters.sessions');
      expect(asked('stock')).toBe(ASKED);
      expect(asked('five-errors')).toBeLessThan(8);
      expect(figure('five-errors', 'actor.bouncers.accepted')).toBe(
        figure('five-errors', 'actor.bouncers.sessions'),
      );
    },
  );
});
