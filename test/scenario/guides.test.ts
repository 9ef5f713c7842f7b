// The scenarios that the guides print are right ones.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { mistakesIn } from './read.ts';

const GUIDES = ['administrators', 'ci'];

function scenariosIn(guide: string): string[] {
  const text = readFileSync(new URL(`../../docs/${guide}.md`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  return blocks.filter((block) => /^actors:/m.test(block));
}

test('no input of the action gets into the text of a script, and its scripts are right bash', () => {
  const action = new URL('../../action.yml', import.meta.url);
  const { inputs, runs } = z
    .object({
      inputs: z.record(z.string(), z.object({ required: z.boolean() })),
      runs: z.object({
        steps: z.array(
          z.object({ run: z.string(), env: z.record(z.string(), z.string()).optional() }),
        ),
      }),
    })
    .parse(parse(readFileSync(action, 'utf8')));
  const given = runs.steps.flatMap(({ env = {} }) => Object.values(env));
  expect(given.sort()).toEqual(
    Object.keys(inputs)
      .map((name) => `\${{ inputs.${name} }}`)
      .sort(),
  );
  for (const { run } of runs.steps) {
    expect(run).not.toContain('${{');
    expect(spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  }
});

test.each(GUIDES)('the scenario of docs/%s.md has no mistake', (guide) => {
  const scenarios = scenariosIn(guide);
  expect(scenarios).toHaveLength(1);
  expect(scenarios.flatMap((text) => mistakesIn(text))).toEqual([]);
});
