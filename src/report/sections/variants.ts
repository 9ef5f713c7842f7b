// The one picture: a row per variant, a lane per repeat, and beside them what an administrator asks:
// goal met or not, how long, how much was lost, at what cost.
import { ABSENT, formatCount, formatLength, formatLoss, formatShare, plural } from '../format.ts';
import { type Content, html, type Markup } from '../markup.ts';
import { type Bands, type Slot, slots } from '../severity.ts';
import { formatWait, lastActive, type Standing, unplayed, wasPlayed } from '../standing.ts';
import type { PhaseSpan, Study } from '../study.ts';
import { band, drawing, filled, words } from '../svg/element.ts';
import { lanes } from '../svg/lanes.ts';
import { DELAY_TONES, lightOf } from '../svg/palette.ts';
import { type Scale, timeScale } from '../svg/scale.ts';
import { nameTag, section } from './figure.ts';

const LANE_WIDTH = 248;
/** Slots over all lanes of the page: keeps the page small when there are many repeats. */
const SLOT_BUDGET = 9000;

export function variantsSection(study: Study): Markup {
  const rows = study.standings.map((standing, place) => row(study, standing, place));
  return section(
    'variants',
    'Real mail through the storm',
    html`<div class="scroll" tabindex="0"><table class="one" border="1" cellpadding="4" role="table"><caption>${caption(study)}</caption>
<thead role="rowgroup"><tr role="row">${headings(study)}</tr></thead>
<tbody role="rowgroup">${rows}</tbody></table></div>
${legend(study)}`,
  );
}

function caption(study: Study): Content {
  const runs = study.result.runs.length / Math.max(1, study.standings.length);
  const order = study.standings.length > 1 ? ' The baseline first, then the best first.' : '';
  const goals = study.baseline.goals.map((goal) => html` <code>${goal.text}</code>`);
  return [
    'Colour is the slowest delivery of the mail that was due in that moment.',
    order,
    study.hasGoal ? html` Goal:${goals}.` : ' The scenario declares no goal.',
    runs <= 1
      ? ' One run each: no interval.'
      : ' A thin lane is one repeat; figures are medians, losses are sums.',
  ];
}

interface Column {
  readonly title: Content;
  readonly label: string;
  readonly align: 'left' | 'right';
  readonly cell: (standing: Standing) => Content;
}

function columns(study: Study): Column[] {
  const name = study.quantile?.name;
  const all: (Column | false)[] = [
    study.hasGoal && { title: 'Goal', label: 'Goal', align: 'left', cell: goalCell },
    name !== undefined && {
      title: html`Storm ${name}`,
      label: `Storm ${name}`,
      align: 'right',
      cell: ({ wait }) => (wait ? formatWait(wait) : ABSENT),
    },
    name !== undefined &&
      study.standings.length > 1 && {
        title: html`against ${study.baseline.variant.name}`,
        label: 'Against the baseline',
        align: 'right',
        cell: (s) =>
          s.isBaseline ? html`<span class="sub">baseline</span>` : (s.ratio?.text ?? ABSENT),
      },
    { title: 'Lost', label: 'Lost', align: 'right', cell: lostCell },
    { title: 'Late', label: 'Late', align: 'right', cell: (s) => count(s.late) },
    {
      title: 'CPU',
      label: 'CPU in the storm',
      align: 'right',
      cell: ({ cpu }) => (cpu === undefined ? ABSENT : formatShare(cpu)),
    },
  ];
  return all.filter((column) => column !== false);
}

function headings(study: Study): Content {
  return [
    html`<th scope="col" role="columnheader" align="left">Variant</th><th scope="col" role="columnheader" align="left">Delay of real mail over time<br>${timeAxis(study)}</th>`,
    columns(study).map(
      ({ title, align }) =>
        html`<th scope="col" role="columnheader" align="${align}">${title}</th>`,
    ),
  ];
}

function row(study: Study, standing: Standing, place: number): Markup {
  const cells = columns(study).map(
    ({ label, align, cell }) =>
      html`<td role="cell" align="${align}" data-label="${label}"><span>${cell(standing)}</span></td>`,
  );
  return html`<tr role="row" class="v p${place}"><th scope="row" role="rowheader" align="left">${nameTag(standing, study)}</th><td role="cell" class="lane">${laneChart(study, standing, place)}</td>${cells}</tr>\n`;
}

function goalCell(standing: Standing): Content {
  const { goal, goals } = standing;
  if (goal === undefined) return html`<span class="sub">${unplayed(standing)}</span>`;
  if (goal === 'met') return html`<b class="good">✔ met</b>`;
  const open = goals.filter((g) => g.state !== 'met');
  if (goal === 'not-judged') return html`<span class="sub">not judged</span>`;
  const mark = goal === 'missed' ? html`<b class="bad">✘ missed</b>` : html`<b>? no data</b>`;
  const details = open.map(
    (g) => html`<div class="why">${g.text}${g.state === 'missed' ? `: ${g.shown}` : ''}</div>`,
  );
  return [mark, details];
}

function lostCell({ sent, lost, late, rejected, unsent }: Standing): Content {
  const never =
    unsent > 0 ? html`<br><b class="bad">${formatCount(unsent)} never sent</b>` : undefined;
  if (sent === undefined || lost === undefined) return [ABSENT, never];
  const [figure, share] = formatLoss(lost, sent, late).split(' (');
  const refused = rejected ? html`<br><small>${formatCount(rejected)} rejected</small>` : undefined;
  return [
    lost > 0 ? html`<b class="bad">${figure}</b>` : figure,
    share === undefined ? undefined : html` <small>(${share}</small>`,
    refused,
    never,
  ];
}

function count(value: number | undefined): string {
  return value === undefined ? ABSENT : formatCount(value);
}

function laneScale(study: Study): Scale {
  const first = study.phases[0]?.from ?? 0;
  return timeScale(first, study.phases.at(-1)?.to ?? 1, [0, LANE_WIDTH], 6);
}

function timeAxis(study: Study): Markup {
  const x = laneScale(study);
  const label = ({ phase, from, to }: PhaseSpan) =>
    phase === 'storm' ? `storm ${formatLength(to - from)}` : phase;
  const names = study.phases
    // A name that does not fit over its phase would run into its neighbour.
    .filter((span) => x.at(span.to) - x.at(span.from) > label(span).length * 7.2)
    .map((span) =>
      words((x.at(span.from) + x.at(span.to)) / 2, 13, label(span), { anchor: 'middle' }),
    );
  return drawing(
    {
      id: 'lane-axis',
      width: LANE_WIDTH,
      height: 18,
      title: 'Phases of a run',
      description: study.phases.map((s) => `${s.phase} ${formatLength(s.to - s.from)}`).join(', '),
    },
    names,
  );
}

function laneChart(study: Study, standing: Standing, place: number): Markup {
  const x = laneScale(study);
  const lanesOnPage = Math.max(1, study.result.runs.length);
  const most = Math.max(20, Math.min(110, Math.floor(SLOT_BUDGET / lanesOnPage)));
  const span = { from: study.phases[0]?.from ?? 0, to: study.phases.at(-1)?.to ?? 1 };
  const repeats = standing.runs.map((run) => slots(run.timeline, span, most, study.bands));
  const height = Math.max(26, Math.min(80, repeats.length * 5));
  const storm = stormPlayed(study, standing);
  const under = storm && band(x.at(storm.from), 0, x.at(storm.to) - x.at(storm.from), height);
  return drawing(
    {
      id: `lane-${place}`,
      width: LANE_WIDTH,
      height,
      stretches: true,
      title: `${standing.variant.name}: delay of real mail over time`,
      description: describe(standing, repeats, study.bands),
    },
    [under, lanes(repeats, x, height)],
  );
}

/** What was played of the storm: no tint lies under a time that never came. */
function stormPlayed({ phases }: Study, standing: Standing): PhaseSpan | undefined {
  const storm = phases.find(({ phase }) => phase === 'storm');
  if (!storm || wasPlayed(standing)) return storm;
  const end = Math.max(0, ...standing.runs.map((run) => (lastActive(run)?.t ?? -1) + 1));
  return end > storm.from ? { ...storm, to: Math.min(storm.to, end) } : undefined;
}

function describe(
  standing: Standing,
  repeats: readonly (readonly Slot[])[],
  { names }: Bands,
): string {
  const tally = names.map((name, severity) => {
    const number = repeats.flat().filter((slot) => slot.severity === severity).length;
    return number === 0 ? '' : `${name} in ${plural(number, 'slot')}`;
  });
  const runs = `${plural(standing.runs.length, 'lane')}, one per repeat`;
  return `${runs}. Slowest delivery ${tally.filter(Boolean).join(', ') || 'never measured'}.`;
}

function legend({ bands }: Study): Markup {
  const items = bands.names.map((name, severity) => {
    const patch = filled('M0 0h14v12h-14z', `d${severity}`, lightOf(DELAY_TONES, severity));
    return html`<span class="tag"><svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">${patch}</svg> ${name}</span> `;
  });
  return html`<p class="key">${items}<span class="sub">bare: no mail was due</span></p>`;
}
