// What each variant changed: in the scenario's words, and in the target's effective configuration.
import {
  configurationDiff,
  countWords,
  type Differences,
  type DiffLine,
  differences,
  laboratoryNotes,
} from '../configuration.ts';
import { plural } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { Study } from '../study.ts';
import { folded, nameTag, section } from './figure.ts';

/** A target's whole configuration can be long; the first lines tell what kind of change it is. */
const MOST_LINES = 60;

export function changesSection(study: Study): Markup | undefined {
  const others = study.standings.filter((s) => !s.isBaseline);
  const base = study.baseline.variant;
  const added = laboratoryNotes(study);
  if (others.length === 0 && added.length === 0) return undefined;
  const items = others.map((standing) => {
    const { variant } = standing;
    const changes = variant.changes.map((change) => html` <code>${change}</code>`);
    const diff = configurationDiff(base, variant);
    const name = html`${nameTag(standing, study)}${changes.length > 0 ? changes : html` <span class="sub">changes nothing</span>`}`;
    if (diff.length === 0) return html`<p class="change">${name}</p>`;
    return folded(
      html`${name} <span class="sub">${countWords(diff)}</span>`,
      inFull(differences(base, variant)),
    );
  });
  const against =
    others.length > 0 &&
    html`<p class="sub">Against ${base.name}. Open a variant for the effective configuration.</p>`;
  return section(
    'changes',
    'What each variant changed',
    html`${against || undefined}${items}${notes(added)}`,
  );
}

/** What is changed in every variant, without which the scenario's mail would not be for this server. */
function notes(added: readonly string[]): Markup | undefined {
  if (added.length === 0) return undefined;
  const list = added.map((note) => html`${note}\n`);
  return folded(
    html`The laboratory <span class="sub">added this to each configuration</span>`,
    html`<pre>${list}</pre>`,
  );
}

function inFull({ lines: settings, services }: Differences): Markup {
  const all = services && html`<pre>${lines(services.lines)}</pre>`;
  return html`${settings.length > 0 ? html`<pre>${lines(settings)}</pre>` : undefined}${all && folded(services.words, all)}`;
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
