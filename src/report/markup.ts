// HTML and SVG that is known to be safe. The template tag escapes every value put into it, except
// those that it made itself: forgetting to escape is not possible.
import { escapeHtml } from './escape.ts';

const SAFE = Symbol('safe markup');
export interface Markup {
  readonly [SAFE]: string;
}

export type Content = string | number | Markup | undefined | readonly Content[];

export function html(fixed: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = fixed[0] ?? '';
  values.forEach((value, i) => {
    text += toText(value) + (fixed[i + 1] ?? '');
  });
  return { [SAFE]: text };
}

/** Only for text of our own: style sheets, path data. */
export function trusted(text: string): Markup {
  return { [SAFE]: text };
}

export function render(markup: Markup): string {
  return markup[SAFE];
}

function toText(value: Content): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if (SAFE in value) return value[SAFE];
  return value.map(toText).join('');
}
