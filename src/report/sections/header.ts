// The top of the page: what was tested, what came out of it, and whether to believe it.
import { cautions, checks } from '../checks.ts';
import { formatTime, plural } from '../format.ts';
import type { Headline } from '../headline.ts';
import { html, type Markup } from '../markup.ts';
import { OUTCOME_MARKS } from '../prediction.ts';
import type { Study } from '../study.ts';

export function header(study: Study, top: Headline): Markup {
  const { result, standings } = study;
  const repeats = Math.max(...standings.map((s) => s.runs.length));
  return html`<header>
<p class="sub"><b>blowback</b> · scenario <b>${result.scenario}</b> · target <b>${result.target.version}</b> · ${plural(standings.length, 'variant')} × ${plural(repeats, 'run')} · ${formatTime(result.startedAt)}</p>
<h1${study.trusted ? undefined : html` class="doubt"`}>${top.sentence}</h1>${
    top.backscatter === undefined
      ? undefined
      : html`
<p class="note found"><span aria-hidden="true">⚠</span> ${top.backscatter}</p>`
  }
<p class="lede">${top.facts.join(' ')}</p>
<p class="sub">${result.summary}${result.predicts ? html` <b>Predicted:</b> ${result.predicts}` : undefined}${outcome(study)}</p>
${badges(study)}
</header>
`;
}

function outcome({ prediction }: Study): Markup | undefined {
  if (prediction === undefined) return undefined;
  const tone = { confirmed: 'good', refuted: 'bad', inconclusive: 'sub' }[prediction.outcome];
  const mark = OUTCOME_MARKS[prediction.outcome];
  return html` <a href="#prediction"><b class="${tone}">${mark} ${prediction.outcome}</b></a>`;
}

function badges(study: Study): Markup {
  const warnings = cautions(study.result).length;
  const items = checks(study).map(({ passed, short }) =>
    passed
      ? html`<li class="good"><span aria-hidden="true">✔</span> ${short}</li>`
      : html`<li class="warn"><span aria-hidden="true">✘</span> ${short}</li>`,
  );
  const link =
    warnings === 0
      ? html`<li class="good"><span aria-hidden="true">✔</span> no warnings</li>`
      : html`<li class="warn"><a href="#trust">⚠ ${plural(warnings, 'warning')}</a></li>`;
  return html`<ul class="facts">${items}${link}</ul>`;
}
