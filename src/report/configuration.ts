// The effective configurations of two variants held against each other: settings by their names,
// services of master.cf by theirs.
import type { VariantFacts } from '../result/result.ts';
import { plural } from './format.ts';
import type { Study } from './study.ts';

export interface DiffLine {
  readonly sign: '-' | '+';
  readonly text: string;
  readonly kind: 'added' | 'removed' | 'changed';
}

const SERVICE = 'master.cf: ';
const NOTE = '# laboratory: ';

/** In the variant's order, each with the baseline's line before it; what only the baseline has comes last. */
export function configurationDiff(base: VariantFacts, variant: VariantFacts): DiffLine[] {
  const before = byKey(base.configuration);
  const after = byKey(variant.configuration);
  const changed = [...after].flatMap(([key, text]): DiffLine[] => {
    const old = before.get(key);
    if (old === text) return [];
    if (old === undefined) return [{ sign: '+', text, kind: 'added' }];
    return [
      { sign: '-', text: old, kind: 'changed' },
      { sign: '+', text, kind: 'changed' },
    ];
  });
  const gone = [...before].filter(([key]) => !after.has(key));
  return [...changed, ...gone.map(([, text]): DiffLine => ({ sign: '-', text, kind: 'removed' }))];
}

/** `2 settings changed, 1 service removed`. */
export function countWords(diff: readonly DiffLine[]): string {
  const parts = (['changed', 'added', 'removed'] as const).flatMap((kind) =>
    (['setting', 'service'] as const).map((what) => {
      const lines = diff.filter(
        (line) => line.kind === kind && line.text.startsWith(SERVICE) === (what === 'service'),
      );
      const count = kind === 'changed' ? lines.length / 2 : lines.length;
      return count === 0 ? '' : `${plural(count, what)} ${kind}`;
    }),
  );
  return parts.filter((part) => part !== '').join(', ');
}

/** What the laboratory had to add, in any variant; each once. */
export function laboratoryNotes({ result }: Pick<Study, 'result'>): string[] {
  const notes = result.variants.flatMap(({ configuration }) =>
    configuration.filter((line) => line.startsWith(NOTE)).map((line) => line.slice(NOTE.length)),
  );
  return [...new Set(notes)];
}

/** A key that occurs twice keeps both lines. */
function byKey(configuration: readonly string[]): Map<string, string> {
  const lines = new Map<string, string>();
  for (const line of configuration) {
    if (line.startsWith(NOTE)) continue;
    const key = keyOf(line);
    lines.set(lines.has(key) ? `${key} #${lines.size}` : key, line);
  }
  return lines;
}

/** A service is named by its first two fields, a setting by what stands before the equals sign. */
function keyOf(line: string): string {
  if (line.startsWith(SERVICE)) return line.split(' ', 3).join(' ');
  return line.split('=', 1)[0]?.trim() ?? line;
}
