// Which quantities are shown second by second, and how each reads a second.
import type { Second } from '../../result/result.ts';
import { formatCount, formatLength, formatShort, formatTick } from '../format.ts';

export interface Panel {
  readonly title: string;
  readonly scale: 'log' | 'linear';
  /** Undefined: not known for this second. Infinity: mail that was due then never arrived. */
  readonly value: (second: Second) => number | undefined;
  readonly format: (value: number) => string;
  /** A metric whose absence a target explains. */
  readonly metric?: string;
}

const percent = (value: number) => `${formatShort(value * 100)}\u00a0%`;

export const PANELS: readonly Panel[] = [
  {
    title: 'Real mail: slowest delivery of what was due',
    scale: 'log',
    value: ({ legit }) => (legit.undelivered > 0 ? Number.POSITIVE_INFINITY : legit.slowest),
    format: formatTick,
  },
  {
    title: 'Attack sessions turned away, per second',
    scale: 'linear',
    value: ({ attack }) => attack.rejected + attack.deferred,
    format: formatCount,
  },
  {
    title: 'Connections refused, per second',
    scale: 'linear',
    value: ({ attack }) => attack.refused,
    format: formatCount,
  },
  {
    title: 'CPU of the target, of one core',
    scale: 'linear',
    value: ({ target }) => target.cpu,
    format: percent,
    metric: 'target.cpu_s',
  },
  {
    title: 'Connections waiting for a worker',
    scale: 'linear',
    value: ({ target }) => target.acceptQueue,
    format: formatCount,
    metric: 'target.accept_queue_peak',
  },
  {
    title: 'Workers in use',
    scale: 'linear',
    value: ({ target }) => target.workersBusy,
    format: formatCount,
    metric: 'target.workers_peak',
  },
  {
    title: "Messages in the target's queue",
    scale: 'linear',
    value: ({ target }) => target.queue,
    format: formatCount,
    metric: 'target.queue_peak',
  },
];

/** For the tables: `missing` where mail did not arrive. */
export function showValue(panel: Panel, value: number | undefined): string {
  if (value === undefined) return '';
  if (!Number.isFinite(value)) return 'missing';
  return panel.scale === 'log' ? formatLength(Number(value.toPrecision(3))) : panel.format(value);
}
