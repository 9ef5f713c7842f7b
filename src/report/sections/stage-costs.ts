// Where the target's time went: what each of its stages was asked, and what that took, in the order in which
// a session meets them. Left out where the target keeps no such account.
import { formatCount, formatSeconds } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { Standing } from '../standing.ts';
import type { Study } from '../study.ts';
import { dataTable, nameTag } from './figure.ts';

interface Sum {
  asked: number;
  turnedAway: number;
  seconds: number;
}

export function stageCosts(study: Study): Markup | undefined {
  const sums = study.standings.map(sumsOf);
  const stages = inOrder(study);
  if (stages.length === 0) return undefined;
  const rows = study.standings.map((standing, i) => [
    nameTag(standing, study),
    ...stages.map((stage) => cell(sums[i]?.get(stage))),
  ]);
  const table = dataTable({ columns: ['In the whole run', ...stages], rows });
  return html`<h3>Where its time went</h3><p>How often each stage was asked, how many it turned away, and how long it worked and waited in all, in the order in which a session meets the stages. A dash: not asked, or switched off.</p>${table}`;
}

function cell(sum: Sum | undefined): string {
  if (!sum || sum.asked === 0) return '–';
  const away = sum.turnedAway > 0 ? `, ${formatCount(sum.turnedAway)} away` : '';
  return `${formatCount(sum.asked)}${away}, ${formatSeconds(sum.seconds)}`;
}

function sumsOf({ counted }: Standing): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const row of counted.flatMap((run) => run.stages ?? [])) {
    const sum = sums.get(row.stage) ?? { asked: 0, turnedAway: 0, seconds: 0 };
    sum.asked += row.asked;
    sum.turnedAway += row.refused + row.deferred;
    sum.seconds += row.busyS + row.waitedS;
    sums.set(row.stage, sum);
  }
  return sums;
}

/** Each variant has its own order: a stage stands behind all that it follows in the first that has it. */
function inOrder({ standings }: Study): readonly string[] {
  const order: string[] = [];
  for (const { counted } of standings) {
    let at = 0;
    for (const { stage } of counted[0]?.stages ?? []) {
      const known = order.indexOf(stage);
      if (known >= 0) at = known + 1;
      else {
        order.splice(at, 0, stage);
        at += 1;
      }
    }
  }
  return order;
}
