// docs/scenario-format.md has every key that the parser takes, with its default, and every metric.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { metricsOf } from '../../src/scenario/metrics.ts';
import { type Field, field } from './schema-field.ts';

const text = readFileSync(new URL('../../docs/scenario-format.md', import.meta.url), 'utf8');

const schema = field.parse(scenarioJsonSchema());

/** The keys of a map, also where it is one of several forms. */
function keysOf(one: Field | undefined): [string, Field][] {
  const forms = [one, ...(one?.anyOf ?? [])];
  return forms.flatMap((form) => Object.entries(form?.properties ?? {}));
}
function below(path: string): Field | undefined {
  return path
    .split('.')
    .reduce<Field | undefined>((at, key) => keysOf(at).find(([name]) => name === key)?.[1], schema);
}

/** The first cells of the tables below a heading: each name that stands there as code, and its whole row. */
function rowsOf(heading: string): ReadonlyMap<string, string> {
  const [, after = ''] = text.split(`\n## ${heading}\n`);
  const [section = ''] = after.split('\n## ');
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return new Map(
    rows.flatMap((row) =>
      [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => [name, row]),
    ),
  );
}

const SECTIONS = ['clock', 'phases', 'world', 'target'];

test('every section of a file has a row, and no other', () => {
  const [, table = ''] = text.split('| section | default | what it is |\n');
  const [rows = ''] = table.split('\n\n');
  const names = [...rows.matchAll(/^\| \[`(\w+)`\]/gm)].map(([, name]) => name);
  expect(names.toSorted()).toEqual(
    keysOf(schema)
      .map(([name]) => name)
      .toSorted(),
  );
});

describe.each(SECTIONS)('%s', (section) => {
  test('has a row for each of its keys, with the default', () => {
    const rows = rowsOf(section);
    const keys = keysOf(below(section));
    expect(keys.length).toBeGreaterThan(0);
    for (const [key, { default: standard }] of keys) {
      const row = rows.get(key);
      expect(row, `${section}.${key}`).toBeDefined();
      if (typeof standard !== 'object' && standard !== undefined) {
        expect(row, `${section}.${key}`).toContain(`\`${String(standard)}\``);
      }
    }
  });
});

test('what ails the name server has a row for each of its keys', () => {
  const rows = rowsOf('world');
  for (const [key] of keysOf(below('world.dns'))) expect(rows.has(key), key).toBe(true);
});

const TUNING = [...new Map(keysOf(below('target.tuning')))];

test('Tuning has a row for each setting, and none that does not exist', () => {
  const recipients = keysOf(below('target.tuning.recipients')).map(([key]) => key);
  const known = [...TUNING.map(([key]) => key), ...recipients];
  const rows = [...rowsOf('Tuning').keys()].filter((name) => name !== 'recipients');
  expect(rows.toSorted()).toEqual(
    [...new Set(known)].filter((name) => name !== 'recipients').toSorted(),
  );
});

test.each(TUNING.filter(([, one]) => keysOf(one).length > 0))(
  'the row of %s has the keys of its map, and its words',
  (key, one) => {
    const rows = rowsOf('Tuning');
    const row = key === 'recipients' ? [...rows.values()].join('\n') : (rows.get(key) ?? '');
    const apart = key === 'edge' ? new Set(TUNING.map(([name]) => name)) : new Set<string>();
    for (const [part, { enum: words }] of keysOf(one)) {
      if (apart.has(part)) continue;
      expect(row).toMatch(new RegExp(`\\b${part}\\b`));
      for (const word of words ?? []) {
        if (typeof word !== 'boolean' && !['on', 'off', 'yes', 'no'].includes(String(word))) {
          expect(row).toContain(String(word));
        }
      }
    }
  },
);

/** Names of metrics in the page's tables, those of `attack.` and `legit.` without their prefix. */
const NAMED = new Set(
  [...text.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w.]+)`/g)].map(([, name]) => name),
  ),
);
/** A name as the page has it: stages are told once, quantiles after the first by their ending. */
function shapesOf(name: string): string[] {
  const stage = name.replace(
    /(^|\.)(stage|timed_out)\.(connect|banner|helo|starttls|mail|rcpt|data|body|quit)\b/,
    '$1$2.STAGE',
  );
  const [, family = stage] = /^(?:legit|attack)\.(.*)$/.exec(stage) ?? [];
  const first = family.replace(/\.(?:p\d\d|max)$/, '.p50');
  return [family, family.endsWith('.max') || /\.p9\d$/.test(family) ? first : family];
}

test.each([...metricsOf([]).keys()])('the metric %s stands in the page', (name) => {
  expect(shapesOf(name).some((shape) => NAMED.has(shape))).toBe(true);
});

test('no metric in the page that does not exist', () => {
  const [, tables = ''] = text.split('\n### Metrics\n');
  const [section = ''] = tables.split('\n## ');
  const known = new Set([...metricsOf([]).keys()].flatMap(shapesOf));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const names = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([\w.]{4,})`/g)].map(([, name = '']) => name),
  );
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});
