// The list of built-in scenarios: a column of names, summaries beside it, 80 columns at most.
import { expect, test } from 'vitest';
import { renderList } from '../../src/commands/scenarios.ts';
import { builtInScenarios } from '../../src/scenario/library.ts';

test('summaries are aligned and wrapped', () => {
  const list = [
    { name: 'a', summary: 'Short.' },
    { name: 'longer', summary: `${'word '.repeat(20)}end` },
  ];
  expect(renderList(list)).toBe(
    [
      'a       Short.',
      `longer  ${'word '.repeat(14).trim()}`,
      `        ${'word '.repeat(6)}end`,
    ].join('\n'),
  );
});

test.each([
  ['the real list', builtInScenarios()],
  ['an endless word', [{ name: 'x', summary: 'y'.repeat(300) }]],
  ['an endless name', [{ name: 'x'.repeat(64), summary: 'some words '.repeat(20) }]],
])('%s fits 80 columns', (_, list) => {
  for (const line of renderList(list).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
