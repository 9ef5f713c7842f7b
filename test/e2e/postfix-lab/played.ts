// A tiny scenario played once against a real Postfix by the built program, and what tests ask of its result.
import { beforeAll, expect } from 'vitest';
import type { Result, Run } from '../../../src/result/result.ts';
import { Folder, readResultIn } from '../cli/program.ts';

export interface Played {
  readonly result: Result;
  /** Where the report is. */
  readonly out: string;
  /** On standard output. */
  readonly said: string;
  /** The only run of a variant. */
  of(variant: string): Run;
  /** A metric of the whole run. */
  figure(variant: string, metric: string): number | undefined;
}

/** Within a describe: plays before its tests; call what comes back in them. */
export function playedOnPostfix(scenario: string): () => Played {
  const folder = new Folder();
  let played: Played | undefined;
  beforeAll(async () => {
    const out = folder.out();
    const file = folder.file('scenario.yaml', scenario);
    const ended = await folder.run(['run', file, '--target', 'postfix', '--out', out]);
    // 6: a busy machine may start sessions late; what became of them is the same.
    expect([0, 6], ended.stderr).toContain(ended.exit);
    played = readerOf(readResultIn(out), out, ended.stdout);
  }, 180_000);
  return () => {
    if (!played) throw new Error('asked before it was played');
    return played;
  };
}

function readerOf(result: Result, out: string, said: string): Played {
  const of = (variant: string): Run => {
    const run = result.runs.find((candidate) => candidate.variant === variant);
    if (!run) throw new Error(`${variant} was not played`);
    return run;
  };
  const figure = (variant: string, metric: string) =>
    of(variant).metrics.find((m) => m.phase === 'run' && m.metric === metric && !m.actor)?.value;
  return { result, out, said, of, figure };
}
