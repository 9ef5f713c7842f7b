// What stopping the storm cost: the target's work and room, of two servers also that of the one behind.
import {
  ABSENT,
  formatBytes,
  formatCount,
  formatNumber,
  formatSeconds,
  formatShort,
} from '../format.ts';
import { type Content, html, type Markup } from '../markup.ts';
import { medianOf, metricValue } from '../metrics.ts';
import type { Standing } from '../standing.ts';
import type { Study } from '../study.ts';
import { dataTable, nameTag } from './figure.ts';

interface Cost {
  readonly title: string;
  readonly metric: string;
  readonly show: (value: number) => string;
}

const REJECT_CPU = 'reject.cpu_ms';
const COSTS: readonly Cost[] = [
  { title: 'CPU per reject, ms', metric: REJECT_CPU, show: formatNumber },
  { title: 'sessions per original', metric: 'attack.amplification', show: formatShort },
  { title: 'sessions', metric: 'attack.sessions', show: formatCount },
  { title: 'rejected', metric: 'attack.rejected', show: formatCount },
  { title: 'CPU, s', metric: 'target.cpu_s', show: formatNumber },
  { title: 'memory, peak', metric: 'target.memory_peak', show: formatBytes },
  { title: 'log', metric: 'target.log_bytes', show: formatBytes },
  { title: 'disk', metric: 'target.disk_bytes', show: formatBytes },
  { title: 'in stress mode', metric: 'target.stress_s', show: formatSeconds },
];
const COSTS_BEHIND: readonly Cost[] = [
  { title: 'part of the CPU, s', metric: 'target.behind.cpu_s', show: formatNumber },
  { title: 'sessions', metric: 'target.behind.sessions', show: formatCount },
  { title: 'questions about addresses', metric: 'target.behind.probes', show: formatCount },
  { title: 'mail swallowed on the way', metric: 'target.swallowed', show: formatCount },
  { title: 'over the link', metric: 'target.link_bytes', show: formatBytes },
];

export function costTables(study: Study): Markup {
  const behind = columnsOf(study, COSTS_BEHIND);
  return html`<h3>What it cost</h3>${table(study, columnsOf(study, COSTS))}${note(study)}${
    behind.length > 0 ? html`<h3>At the server behind</h3>${table(study, behind)}` : undefined
  }`;
}

/** Those that some variant can fill, or that have to say why not. */
function columnsOf(study: Study, costs: readonly Cost[]): readonly Cost[] {
  return costs.filter(
    (cost) =>
      study.standings.some((standing) => figureOf(standing, cost) !== undefined) ||
      (cost.metric === REJECT_CPU && withheldReasons(study).size > 0),
  );
}

function table(study: Study, columns: readonly Cost[]): Markup {
  return dataTable({
    columns: ['In the storm', ...columns.map(({ title }) => title)],
    rows: study.standings.map((standing): Content[] => [
      nameTag(standing, study),
      ...columns.map((cost) => {
        const value = figureOf(standing, cost);
        return value === undefined ? ABSENT : cost.show(value);
      }),
    ]),
  });
}

/** The median over the repeats. */
function figureOf({ counted }: Standing, { metric }: Cost): number | undefined {
  return medianOf(counted.map((run) => metricValue(run, metric, 'storm', 'run')));
}

/** Why a variant has no price of a reject, where there are sessions that it would mislead about. */
function withheldReasons({ standings }: Study): ReadonlySet<string> {
  const missing = standings.flatMap(({ counted }) => counted.flatMap((run) => run.unavailable));
  return new Set(missing.filter(({ metric }) => metric === REJECT_CPU).map(({ reason }) => reason));
}

function note(study: Study): Markup | undefined {
  const reasons = withheldReasons(study);
  const shown = study.standings.some((s) =>
    s.counted.some((run) => metricValue(run, REJECT_CPU, 'storm', 'run') !== undefined),
  );
  if (!shown && reasons.size === 0) return undefined;
  return html`<p class="sub">CPU per reject: the target's CPU a second in the storm, less that in the calm, which real mail costs anyway, for each session that it rejected.${[...reasons].map((reason) => ` ${ABSENT}: ${reason}.`)}</p>`;
}
