// An SPF record against the embedded target and against a server elsewhere, as a user plays it: what the
// preview foretells is what the run averts, and the report does not praise the server for it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Folder, readResultIn } from './cli/program.ts';

const STORM = JSON.stringify({
  name: 'spf-record',
  clock: { compress: 600 },
  phases: { warmup: '0s', calm: '1s', storm: '4s', recovery: '1s', drain: '2s' },
  world: { sources: 2000, roundTrip: 0 },
  actors: {
    legit: { kind: 'legit', rate: '10/s' },
    bouncers: { kind: 'bouncer', rate: '60/s', retry: 'none' },
    bots: { kind: 'bot', rate: '15/s', retry: 'none' },
  },
  variants: { stock: {}, record: { spfRecord: { after: '10m', ttl: '10m', honoured: '50%' } } },
});

const folder = new Folder();

it('averts what the preview says, of those who answer forged mail', async () => {
  const scenario = folder.file('storm.yaml', STORM);
  const preview = await folder.run(['preview', scenario]);
  // Of bouncers alone.
  const [line = '', ...more] =
    preview.stdout.match(/SPF record averts [\d,]+ of its [\d,]+/g) ?? [];
  expect(more).toEqual([]);
  const [averted, planned] = line.match(/\d+/g)?.map(Number) ?? [];
  expect(planned).toBe(240);
  expect(averted).toBeGreaterThan(40);
  expect(averted).toBeLessThan(120);

  const out = folder.out();
  const { exit, stdout, stderr } = await folder.run(['run', scenario, '--out', out]);
  // 6: a busy machine may start sessions late; which ones are averted is the same.
  expect([0, 6], stderr).toContain(exit);
  const { runs } = readResultIn(out);
  const figures = (metric: string) =>
    runs.map(({ metrics }) => metrics.find((m) => m.phase === 'run' && m.metric === metric)?.value);
  expect(figures('actor.bouncers.averted')).toEqual([0, averted]);
  expect(figures('actor.bouncers.sessions')).toEqual([240, 240 - (averted ?? 0)]);
  expect(figures('actor.bots.averted')).toEqual([0, 0]);
  expect(figures('actor.bouncers.rejected')).toEqual(figures('actor.bouncers.sessions'));
  expect(figures('attack.withheld')).toEqual([0, 0]);
  expect(figures('legit.delivered')).toEqual(figures('legit.planned'));
  for (const { books } of runs) {
    expect(books.length).toBeGreaterThan(2);
    for (const { what, ours, theirs } of books) expect([what, ours]).toEqual([what, theirs]);
  }
  const told = `${averted} of 300`;
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(told);
  expect(readFileSync(join(out, 'summary.md'), 'utf8')).toContain(told);
  const page = readFileSync(join(out, 'report.html'), 'utf8');
  expect(page).toContain(told);
  expect(page).toContain('averted by the SPF record');
});

it('needs no server of our own', async () => {
  const scenario = folder.file('storm.yaml', STORM);
  const args = ['--target', '127.0.0.1:9', '--variant', 'record', '--set', 'phases.calm=100ms'];
  const short = ['--set', 'phases.storm=2s', '--set', 'phases.recovery=0s'];
  const out = folder.out();
  // Nobody listens there: the run cannot be trusted, but it is played.
  const { exit, stderr } = await folder.run(['run', scenario, ...args, ...short, '--out', out]);
  expect(exit, stderr).toBe(6);
  const [run] = readResultIn(out).runs;
  const averted = run?.outcomes.find(({ state }) => state === 'averted');
  expect(averted?.sessions).toBeGreaterThan(0);
});
