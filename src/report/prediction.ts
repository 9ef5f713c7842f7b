// What became of the scenario's prediction, in words.
import type { Prediction } from './input.ts';

export const OUTCOME_MARKS = {
  confirmed: '✔',
  refuted: '✘',
  inconclusive: '?',
} as const satisfies Record<Prediction['outcome'], string>;

/** `refuted: 3 of 4 hold; not legit.lost == 0 for two (12)`, with what decided it. */
export function predictionWords({ outcome, expectations }: Prediction): string {
  const met = expectations.filter(({ state }) => state === 'met').length;
  const hold = `${met} of ${expectations.length} ${expectations.length === 1 ? 'holds' : 'hold'}`;
  if (outcome === 'confirmed') return `confirmed: ${hold}`;
  const wanted = outcome === 'refuted' ? 'missed' : 'no-data';
  const first = expectations.find(({ state }) => state === wanted);
  return `${outcome}: ${hold}${first ? `; not ${first.text} (${first.shown})` : ''}`;
}
