// docs/actors.md has every parameter of every kind with its default, and none that does not exist.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { type Field, field } from './schema-field.ts';

const text = readFileSync(new URL('../../docs/actors.md', import.meta.url), 'utf8');
const SHARED = ['rate', 'concurrency', 'patience', 'retry'];

const kindsOf = z.looseObject({
  properties: z.looseObject({
    actors: z.looseObject({
      additionalProperties: z.looseObject({
        anyOf: z.array(z.looseObject({ properties: z.record(z.string(), field) })),
      }),
    }),
  }),
});

/** What the parser takes, as editors are told. */
const KINDS = kindsOf
  .parse(scenarioJsonSchema())
  .properties.actors.additionalProperties.anyOf.map(({ properties: { kind, ...fields } }) => ({
    kind: String(kind?.const),
    fields,
    own: Object.keys(fields).filter((key) => !SHARED.includes(key)),
  }));
const FIELDS = KINDS.flatMap(({ kind, fields }) =>
  Object.entries(fields).map(([key, one]) => ({ kind, key, field: one })),
);

/** The tables below a heading: rows of cells, the head among them, without their marks of code. */
function tablesOf(heading: string): string[][][] {
  const [, below = ''] = text.split(`\n## ${heading}\n`);
  const [section = ''] = below.split('\n## ');
  const blocks = section.split('\n\n').filter((block) => block.trimStart().startsWith('| '));
  return blocks.map((block) =>
    block
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('|-'))
      .map((line) => line.slice(2, -2).replaceAll('`', '').split(' | ')),
  );
}

function rowOf(heading: string, name: string): string[] {
  const row = tablesOf(heading)
    .flat()
    .find(([first]) => first === name);
  if (!row) throw new Error(`${name} has no row below ${heading}`);
  return row;
}

/** `{a: 1, b: 2}`, as a scenario file has it. */
function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, part]) => `${key}: ${part}`)
    .join(', ')}}`;
}

test('there is a section for every kind, and for nothing else', () => {
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  const [shared, ...rest] = headings;
  expect(shared).toBe('What all kinds share');
  expect(rest.slice(0, -1)).toEqual(KINDS.map(({ kind }) => kind));
  expect(KINDS).toHaveLength(9);
});

describe.each(KINDS)('$kind', ({ kind, fields, own }) => {
  test('has a row for each of its own parameters, and no other', () => {
    const [[head, ...rows] = []] = tablesOf(kind);
    expect(head).toEqual(['key', 'value', 'default', 'meaning']);
    expect(rows.map(([name]) => name)).toEqual(own);
  });

  test('has the default of each, and says what it means', () => {
    for (const key of own) {
      const [, value, stated, meaning] = rowOf(kind, key);
      expect([key, stated]).toEqual([key, written(fields[key]?.default)]);
      expect(value).toMatch(/\w/);
      expect(meaning).toMatch(/\w{3}/);
    }
  });

  test('has its own defaults of what all kinds share', () => {
    const [, ...stated] = rowOf('What all kinds share', kind);
    const keys = ['concurrency', 'patience', 'retry'];
    expect(stated.slice(0, 3)).toEqual(keys.map((key) => written(fields[key]?.default)));
    expect(fields['rate']?.default).toBeUndefined();
  });

  test('has a word on every system that it can be of', () => {
    const names = Object.keys((fields['dialects'] ?? fields['systems'])?.properties ?? {});
    // Legitimate hosts are of the bouncers' dialects.
    for (const name of names) rowOf(kind === 'legit' ? 'bouncer' : kind, name);
    expect(names.length > 0).toBe('dialects' in fields || 'systems' in fields);
  });
});

test('what all kinds share has a row each, with the words and the map that it can be', () => {
  const fields: Readonly<Record<string, Field>> = KINDS[0]?.fields ?? {};
  for (const key of SHARED) rowOf('What all kinds share', key);
  const [words] = fields['retry']?.anyOf ?? [];
  expect(words?.enum).toContain('native');
  const [, retry] = rowOf('What all kinds share', 'retry');
  for (const word of words?.enum ?? []) expect(retry?.split(/[ ,]+/)).toContain(word);
  const map = fields['patience']?.anyOf?.find(({ properties }) => properties)?.properties;
  const defaults = Object.entries(map ?? {}).map(([key, one]) => [key, one.default]);
  const [, patience] = rowOf('What all kinds share', 'patience');
  expect(patience).toContain(written(Object.fromEntries(defaults)));
});

test.each(FIELDS)('an editor is told what $key of $kind means', ({ field: { description } }) => {
  expect(description).toMatch(/^[A-Z]\w+ \w/);
});
