// How every chart stands on the page: the drawing, what to see in it, and its numbers as a table.
import { type Content, html, type Markup } from '../markup.ts';
import type { Standing } from '../standing.ts';
import type { Study } from '../study.ts';
import { swatch } from '../svg/element.ts';

/** Longer names may be broken to fit. */
const LONG_NAME = 20;

export interface Table {
  readonly columns: readonly string[];
  /** The first cell of each row names it. */
  readonly rows: readonly (readonly Content[])[];
}

export function section(id: string, title: string, content: Content): Markup {
  return html`<section id="${id}"><h2>${title}</h2>
${content}
</section>
`;
}

export function figure(chart: Content, caption: Content, numbers: Table): Markup {
  return html`<figure><div class="scroll" tabindex="0">${chart}</div>
<figcaption>${caption}</figcaption>
${folded('Numbers behind this chart', dataTable(numbers))}</figure>`;
}

export function folded(summary: Content, content: Content): Markup {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}

/** Every column after the first holds figures. */
export function dataTable({ columns, rows }: Table): Markup {
  const head = columns.map(
    (column, i) => html`<th scope="col" align="${i === 0 ? 'left' : 'right'}">${column}</th>`,
  );
  const body = rows.map(
    ([name, ...cells]) =>
      html`<tr><th scope="row" align="left">${name}</th>${cells.map((cell) => html`<td align="right">${cell}</td>`)}</tr>\n`,
  );
  return html`<div class="scroll" tabindex="0"><table class="data" border="1" cellpadding="4"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** A variant's line sample and name, for tables and legends in HTML. */
export function nameTag(standing: Standing, study: Study): Markup {
  const place = study.standings.indexOf(standing);
  const classes = [...standing.variant.name].length > LONG_NAME ? 'tag long' : 'tag';
  return html`<span class="${classes}">${swatch(standing.colour, place)} ${standing.variant.name}</span>`;
}
