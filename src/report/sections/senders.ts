// Who was stopped: a bar per kind of sender and variant, and beside it whether the same rule stopped or
// delayed mail that somebody waited for.
import { ABSENT, formatCount, formatShare, formatShort } from '../format.ts';
import { type Content, html, type Markup } from '../markup.ts';
import {
  ATTACK_FATES,
  MAIL_FATES,
  type SenderGroup,
  type SenderRow,
  senderGroups,
} from '../senders.ts';
import type { Study } from '../study.ts';
import { drawing, filled } from '../svg/element.ts';
import { DELAY_TONES, lightOf, STAGE_TONES } from '../svg/palette.ts';
import { DELAY_BAR, STAGE_BAR, stackedBar } from '../svg/stacked-bar.ts';
import { nameTag, section } from './figure.ts';

const BAR_WIDTH = 250;
const BAR_HEIGHT = 20;
/** Bars on the page; of more variants the first ones are shown, the best. */
const MOST_BARS = 90;

export function sendersSection(study: Study): Markup | undefined {
  const groups = senderGroups(study);
  if (!groups.some(({ isAttack }) => isAttack)) return undefined;
  const most = Math.max(2, Math.floor(MOST_BARS / groups.length));
  const columns = columnsOf(groups);
  const bodies = groups.map((group, i) => groupRows(study, group, i, columns, most));
  return section('senders', 'Who was stopped', [
    html`<p class="sub">${caption(groups)}${cutNote(groups, most)}</p>`,
    legend(groups),
    html`<div class="scroll" tabindex="0"><table class="kinds" border="1" cellpadding="4"><thead><tr><th scope="col" align="left">Sender and variant</th><th scope="col" align="right">got through</th><th scope="col" align="left">What became of it</th>${columns.map(({ title }) => html`<th scope="col" align="right">${title}</th>`)}</tr></thead>
${bodies}</table></div>`,
  ]);
}

function caption(groups: readonly SenderGroup[]): string {
  const weighed = groups.some(({ isAttack }) => !isAttack);
  const mail = weighed ? ' At the end, what the same rules did to real mail.' : '';
  return `Each bar holds all sessions of one kind of sender in calm, storm and recovery, retries included. Got through: the messages that were accepted in the end, or the sessions of those who send none.${mail}`;
}

function cutNote(groups: readonly SenderGroup[], most: number): string {
  const longest = Math.max(...groups.map(({ rows }) => rows.length));
  return longest > most ? ` The first ${most} of ${longest} variants.` : '';
}

interface Column {
  readonly title: string;
  readonly cell: (row: SenderRow) => Content;
}

/** Those that at least one row can fill with something to tell. */
function columnsOf(groups: readonly SenderGroup[]): Column[] {
  const rows = groups.flatMap((group) => group.rows);
  const all: (Column | false)[] = [
    { title: 'n', cell: ({ total }) => formatCount(total) },
    rows.some(({ withheld }) => withheld > 0) && {
      title: 'withheld by its own rule',
      cell: ({ withheld }) => (withheld > 0 ? formatCount(withheld) : ABSENT),
    },
    rows.some(({ averted }) => averted > 0) && {
      title: 'averted by the SPF record',
      cell: ({ averted }) => (averted > 0 ? formatCount(averted) : ABSENT),
    },
    rows.some(({ attempts }) => attempts !== undefined) && {
      title: 'sessions per original',
      cell: ({ attempts }) => (attempts === undefined ? ABSENT : attempts.toFixed(2)),
    },
    rows.some(({ asked }) => asked !== undefined && asked > 1) && {
      title: 'recipients asked per session',
      cell: ({ asked }) => (asked === undefined ? ABSENT : formatShort(asked)),
    },
    rows.some(({ tls }) => tls !== undefined && tls > 0) && {
      title: 'TLS',
      cell: ({ tls }) => percent(tls),
    },
    { title: 'mostly stopped at', cell: decidedCell },
  ];
  return all.filter((column) => column !== false);
}

function percent(share: number | undefined): string {
  return share === undefined ? ABSENT : formatShare(Number(share.toPrecision(2)));
}

function decidedCell({ decided }: SenderRow): Content {
  if (decided === undefined) return ABSENT;
  if (decided.share > 0.995) return decided.stop;
  return html`${decided.stop} <small>${percent(decided.share)}</small>`;
}

function groupRows(
  study: Study,
  group: SenderGroup,
  place: number,
  columns: readonly Column[],
  most: number,
): Markup {
  const kind = group.kind === group.name ? undefined : html` <small>${group.kind}</small>`;
  const rows = group.rows.slice(0, most).map((row, i) => {
    const cells = columns.map(({ cell }) => html`<td align="right">${cell(row)}</td>`);
    const variant = study.standings.indexOf(row.standing);
    return html`<tr class="v p${variant}"><th scope="row" align="left">${nameTag(row.standing, study)}</th><td align="right">${percent(row.through)}</td><td>${bar(group, row, `kind-${place}-${i}`)}</td>${cells}</tr>\n`;
  });
  return html`<tbody><tr><th scope="rowgroup" colspan="${columns.length + 3}" align="left" class="kind">${group.name}${kind}</th></tr>
${rows}</tbody>`;
}

function bar({ name, isAttack }: SenderGroup, { standing, counts, total }: SenderRow, id: string) {
  const fates = isAttack ? ATTACK_FATES : MAIL_FATES;
  const parts = fates.map((fate, i) => ({ ...fate, share: (counts[i] ?? 0) / total }));
  const frame = { x: 0, y: 0, width: BAR_WIDTH, height: BAR_HEIGHT };
  const told = parts
    .filter(({ share }) => share > 0)
    .map((part) => `${part.name} ${formatShare(Number(part.share.toPrecision(3)))}`);
  return drawing(
    {
      id,
      width: BAR_WIDTH,
      height: BAR_HEIGHT,
      title: `${name} under ${standing.variant.name}`,
      description: `${formatCount(total)} in all: ${told.join(', ')}.`,
    },
    stackedBar(parts, frame, isAttack ? STAGE_BAR : DELAY_BAR),
  );
}

/** Of what occurs. */
function legend(groups: readonly SenderGroup[]): Markup {
  const items = (isAttack: boolean) => {
    const fates = isAttack ? ATTACK_FATES : MAIL_FATES;
    const rows = groups.filter((g) => g.isAttack === isAttack).flatMap((g) => g.rows);
    return fates.map(({ name, tone }, i) => {
      if (!rows.some(({ counts }) => (counts[i] ?? 0) > 0)) return undefined;
      const [prefix, tones] = isAttack ? ['k', STAGE_TONES] : ['d', DELAY_TONES];
      const patch = filled('M0 0h14v12h-14z', `${prefix}${tone}`, lightOf(tones, tone));
      return html`<span class="tag"><svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">${patch}</svg> ${name}</span> `;
    });
  };
  const mail = groups.some(({ isAttack }) => !isAttack)
    ? html`<p class="key"><b>Real mail:</b> ${items(false)}</p>`
    : undefined;
  const title = mail && html`<b>Attackers:</b> `;
  return html`<p class="key">${title}${items(true)}</p>${mail}`;
}
