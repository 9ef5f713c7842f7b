// The scenarios that the guides print are right ones.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mistakesIn } from './read.ts';

const GUIDES = ['administrators', 'ci'];

function scenariosIn(guide: string): string[] {
  const text = readFileSync(new URL(`../../docs/${guide}.md`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  return blocks.filter((block) => /^actors:/m.test(block));
}

test.each(GUIDES)('the scenario of docs/%s.md has no mistake', (guide) => {
  const scenarios = scenariosIn(guide);
  expect(scenarios).toHaveLength(1);
  expect(scenarios.flatMap((text) => mistakesIn(text))).toEqual([]);
});
