// Whether the run can be trusted: warnings first, then the checks that it passed, then what is unknown.

import { sharedBooks } from '../books.ts';
import { cautions, checks } from '../checks.ts';
import { endSentence, formatCount, listOf } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { Study } from '../study.ts';
import { dataTable, folded, section } from './figure.ts';

export function trustSection(study: Study): Markup {
  const all = checks(study);
  const failed = all.filter((check) => !check.passed);
  const passed = all.filter((check) => check.passed);
  return section('trust', 'Can this run be trusted?', [
    cautions(study.result).map(
      ({ text, fatal, where }) =>
        html`<p class="note"><b>${fatal ? 'Not valid' : 'Warning'} (${listOf(where)}):</b> ${endSentence(text)}</p>\n`,
    ),
    failed.map((check) => html`<p class="note"><b>Check not passed:</b> ${check.text}</p>\n`),
    passed.length > 0
      ? html`<p class="note ok"><b>Passed:</b> ${passed.map((check) => check.text).join(' ')}</p>\n`
      : undefined,
    html`<p class="note plain"><b>How far it carries:</b> ${reach(study)}</p>\n`,
    booksTable(study),
    methods(study),
    unknown(study),
  ]);
}

function reach(study: Study): string {
  const { machine, target, compress } = study.result;
  const shared =
    target.kind === 'external'
      ? 'The target is not ours: its CPU and its settings were not seen.'
      : `Generator and target shared the ${formatCount(machine.cores)} cores of one machine: compare the variants with one another, not with other machines.`;
  const clock =
    compress === 1
      ? ''
      : ` Retries and greylisting ran ${formatCount(compress)} times as fast as in life; latencies are real.`;
  return shared + clock;
}

function booksTable({ result }: Study): Markup | undefined {
  const shared = sharedBooks(result.runs);
  if (shared.length === 0) return undefined;
  const rows = shared.map(({ what, ours, theirs, agree }) => [
    what,
    formatCount(ours),
    formatCount(theirs),
    agree ? '✔ agree' : html`<b class="bad">✘ disagree</b>`,
  ]);
  return folded(
    "Both sides' books, over all runs",
    dataTable({ columns: ['What', 'as the senders saw it', "the target's own account", ''], rows }),
  );
}

/** Figures that there are several ways to come by. */
function methods({ result }: Study): Markup | undefined {
  const all = new Map(result.runs.flatMap((run) => Object.entries(run.methods ?? {})));
  if (all.size === 0) return undefined;
  const items = [...all].map(
    ([metric, method]) => html`<li><code>${metric}</code> – ${method}</li>`,
  );
  return html`<p class="sub">How it was measured:</p><ul class="sub">${items}</ul>`;
}

function unknown(study: Study): Markup | undefined {
  const reasons = new Map<string, Set<string>>();
  for (const { metric, reason } of study.result.runs.flatMap((run) => run.unavailable)) {
    reasons.set(reason, (reasons.get(reason) ?? new Set()).add(metric));
  }
  if (reasons.size === 0) return undefined;
  const items = [...reasons].map(
    ([reason, metrics]) =>
      html`<li>${[...metrics].map((m) => html`<code>${m}</code> `)}– ${reason}</li>`,
  );
  return html`<p class="sub">Not measured:</p><ul class="sub">${items}</ul>`;
}
