// What each variant changed: in the scenario's words, and in the target's effective configuration.
import type { VariantFacts } from '../../result/result.ts';
import { plural } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { Study } from '../study.ts';
import { folded, nameTag, section } from './figure.ts';

/** A target's whole configuration can be long; the first lines tell what kind of change it is. */
const MOST_LINES = 60;

export interface DiffLine {
  readonly sign: '-' | '+';
  readonly text: string;
}

export function changesSection(study: Study): Markup | undefined {
  const others = study.standings.filter((s) => !s.isBaseline);
  if (others.length === 0) return undefined;
  const base = study.baseline.variant;
  const items = others.map((standing) => {
    const { variant } = standing;
    const changes = variant.changes.map((change) => html` <code>${change}</code>`);
    const diff = configurationDiff(base, variant);
    const name = html`${nameTag(standing, study)}${changes.length > 0 ? changes : html` <span class="sub">changes nothing</span>`}`;
    if (diff.length === 0) return html`<p class="change">${name}</p>`;
    return folded(
      html`${name} <span class="sub">${plural(diff.length, 'line')} of configuration</span>`,
      html`<pre>${lines(diff)}</pre>`,
    );
  });
  return section(
    'changes',
    'What each variant changed',
    html`<p class="sub">Against ${base.name}. Open a variant for the effective configuration.</p>${items}`,
  );
}

/** By key, in the variant's order; what only the baseline sets comes last. */
export function configurationDiff(base: VariantFacts, variant: VariantFacts): DiffLine[] {
  const before = byKey(base.configuration);
  const after = byKey(variant.configuration);
  const changed = [...after].flatMap(([key, text]): DiffLine[] => {
    const old = before.get(key);
    if (old === text) return [];
    const removed: DiffLine[] = old === undefined ? [] : [{ sign: '-', text: old }];
    return [...removed, { sign: '+', text }];
  });
  const gone = [...before].filter(([key]) => !after.has(key));
  return [...changed, ...gone.map(([, text]): DiffLine => ({ sign: '-', text }))];
}

/** A key that occurs twice keeps both lines. */
function byKey(configuration: readonly string[]): Map<string, string> {
  const lines = new Map<string, string>();
  for (const line of configuration) {
    const key = line.split('=', 1)[0]?.trim() ?? line;
    lines.set(lines.has(key) ? `${key} #${lines.size}` : key, line);
  }
  return lines;
}

function lines(diff: readonly DiffLine[]): Markup {
  const rest = diff.length - MOST_LINES;
  const shown = diff
    .slice(0, MOST_LINES)
    .map(({ sign, text }) =>
      sign === '+' ? html`<ins>+ ${text}</ins>\n` : html`<del>− ${text}</del>\n`,
    );
  return html`${shown}${rest > 0 ? `… and ${plural(rest, 'more line')}, in result.json` : undefined}`;
}
