// The report: one HTML file that opens from the disk, asks for nothing, and needs no script. An
// administrator can stop after the first table, a reviewer after the percentiles.
import { headline } from './headline.ts';
import type { ReportInput } from './input.ts';
import { type Content, html, type Markup, render, trusted } from './markup.ts';
import { againSection } from './sections/again.ts';
import { changesSection } from './sections/changes.ts';
import { comparisonSection } from './sections/comparison.ts';
import { emittedSection } from './sections/emitted.ts';
import { nameTag } from './sections/figure.ts';
import { goodputSection } from './sections/goodput.ts';
import { header } from './sections/header.ts';
import { predictionSection } from './sections/prediction.ts';
import { secondsSection } from './sections/seconds.ts';
import { sendersSection } from './sections/senders.ts';
import { stopsSection } from './sections/stops.ts';
import { trustSection } from './sections/trust.ts';
import { variantsSection } from './sections/variants.ts';
import { waitsSection } from './sections/waits.ts';
import { type Study, study } from './study.ts';
import { styleSheet } from './style.ts';

/** More variants than this are told apart by the table alone. */
const MOST_PICKS = 12;

export function renderHtml(input: ReportInput): string {
  const facts = study(input);
  const top = headline(facts);
  const picks = Math.min(MOST_PICKS, facts.standings.length);
  const sections = [
    variantsSection(facts),
    comparisonSection(facts),
    goodputSection(facts),
    predictionSection(facts),
    waitsSection(facts),
    secondsSection(facts),
    stopsSection(facts),
    emittedSection(facts),
    sendersSection(facts),
    changesSection(facts),
    trustSection(facts),
    againSection(facts),
  ];
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="generator" content="blowback ${facts.result.blowback}"><meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>${facts.result.scenario}: ${top.sentence}</title>
<style>${trusted(styleSheet(picks))}</style></head><body>
${header(facts, top)}${switches(facts, picks)}<main>
${sections}</main></body></html>
`;
  return render(page);
}

/** Hidden where styles are forbidden: the switches work through the style sheet alone. */
function switches(study: Study, picks: number): Markup {
  const pick =
    study.standings.length < 2
      ? undefined
      : html`<span class="sub">Pick out:</span> ${radio('pick', 'all', 'all', true)}${study.standings
          .slice(0, picks)
          .map((standing, place) =>
            radio('pick', String(place), nameTag(standing, study), false),
          )}`;
  const theme = html`<span class="end"><span class="sub">Theme:</span> ${radio('theme', 'auto', 'auto', true)}${radio('theme', 'light', 'light', false)}${radio('theme', 'dark', 'dark', false)}</span>`;
  return html`<form class="bar" hidden>${pick}${theme}</form>
`;
}

function radio(group: string, value: string, label: Content, checked: boolean): Markup {
  const on = checked ? trusted(' checked') : undefined;
  return html`<input type="radio" name="${group}" id="${group}-${value}"${on}><label for="${group}-${value}">${label}</label>`;
}
