// Where a target's time went, as the report tells it.
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import type { Result } from '../../src/result/result.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from './sample-result.ts';

type Stages = NonNullable<Result['runs'][number]['stages']>;
const stage = (name: string, asked: number, refused: number, deferred: number): Stages[number] => ({
  stage: name,
  asked,
  refused,
  deferred,
  busyS: 0.25,
  waitedS: 1,
});

/** The head and the rows of the table, cell by cell. */
function tableOf(stages: readonly (Stages | undefined)[]): string[][] | undefined {
  const result = sampleResult(BEHAVIOURS.slice(0, stages.length));
  const runs = result.runs.map((run, i) => {
    const own = stages[i];
    return own ? { ...run, stages: own } : run;
  });
  const page = renderHtml(sampleInput({ ...result, runs })).replaceAll('\u00a0', ' ');
  const [, section] = page.split('<h3>Where its time went</h3>');
  const [table] = section?.split('</table>') ?? [];
  return table
    ?.match(/<tr>.*?<\/tr>/gs)
    ?.map((row) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) =>
        cell.replaceAll(/<[^>]*>/g, '').trim(),
      ),
    );
}

describe('where the time went', () => {
  it('has each stage in the order in which a session meets it, in every variant', () => {
    const rows = tableOf([
      [stage('helo', 10, 0, 0), stage('greylist', 10, 0, 4), stage('recipient', 6, 5, 1)],
      [stage('helo', 10, 0, 0), stage('victim', 10, 9, 0), stage('greylist', 1, 0, 0)],
    ]);
    expect(rows).toEqual([
      ['In the whole run', 'helo', 'victim', 'greylist', 'recipient'],
      [BEHAVIOURS[0]?.name, '10, 1.25 s', '–', '10, 4 away, 1.25 s', '6, 6 away, 1.25 s'],
      [BEHAVIOURS[1]?.name, '10, 1.25 s', '10, 9 away, 1.25 s', '1, 1.25 s', '–'],
    ]);
  });

  it('tells a stage that was never asked from one that took no time', () => {
    const rows = tableOf([[stage('helo', 0, 0, 0), { ...stage('sender', 3, 0, 0), waitedS: 0 }]]);
    expect(rows?.[1]?.slice(1)).toEqual(['–', '3, 250 ms']);
  });

  it('is left out where the target keeps no such account', () => {
    expect(tableOf([undefined])).toBeUndefined();
  });
});
