// What became of a variant's real mail, in half a sentence.
import { formatCount, formatLoss, formatSeconds, plural } from './format.ts';
import type { Standing } from './standing.ts';
import type { Study } from './study.ts';

/** `stock lost 12 of 250 real messages (4.8 %); 1 in 20 waited 29.6 s or more`. */
export function fate(study: Study, standing: Standing): string {
  const parts = [losses(standing), waits(study, standing)].filter((part) => part !== undefined);
  return `${standing.variant.name} ${parts.join('; ') || 'gave no figures for real mail'}`;
}

function losses({ sent, lost, late, unsent }: Standing): string | undefined {
  const never = unsent > 0 ? `${plural(unsent, 'real message')} never sent` : undefined;
  if (sent === undefined || lost === undefined) return never && `had ${never}`;
  const had = [late ? `${formatCount(late)} still on their way at the end` : undefined, never];
  const more = had.filter((part) => part !== undefined).join(' and ');
  const loss = formatLoss(lost, sent, late).replace(/ \(|$/, (end) => ` real messages${end}`);
  return `lost ${loss}${more === '' ? '' : ` and had ${more}`}`;
}

function waits({ quantile }: Study, { wait }: Standing): string | undefined {
  if (quantile === undefined || wait === undefined) return undefined;
  const slowest =
    quantile.q === 0.5 ? 'every second one' : `1 in ${Math.round(1 / (1 - quantile.q))}`;
  const time = formatSeconds(wait.seconds);
  return `${slowest} waited ${wait.atLeast ? `at least ${time}` : `${time} or more`}`;
}
