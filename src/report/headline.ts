// The sentence at the top of every report, made from the declared goal, and the two sentences of
// fact under it. It names the smallest change that survives, and never "the fastest".
import type { Run } from '../result/result.ts';
import { avertedSentence } from './averted.ts';
import { brokenOff } from './broken-off.ts';
import { cutShort, distrust } from './doubt.ts';
import { backscatterSentence } from './emissions.ts';
import { fate } from './fate.ts';
import { formatShort, listOf, plural } from './format.ts';
import { medianOf } from './metrics.ts';
import { type Standing, unplayed, wasPlayed } from './standing.ts';
import type { Study } from './study.ts';

export interface Headline {
  readonly sentence: string;
  /** Who accepts and bounces later, for a line of its own: a fact, whatever the goal speaks of and whether the times can be trusted. */
  readonly backscatter: string | undefined;
  readonly facts: readonly string[];
  /** The variant that the sentence recommends. */
  readonly winner: Standing | undefined;
}

export function headline(study: Study): Headline {
  const { sentence, facts, winner } = finding(study);
  const more = [avertedSentence(study), brokenOff(study)].filter((fact) => fact !== undefined);
  return { sentence, backscatter: backscatterSentence(study), facts: [...facts, ...more], winner };
}

function finding(study: Study): Omit<Headline, 'backscatter'> {
  const played = study.standings.filter(wasPlayed);
  if (played.length === 0) return { ...cutShort(study), winner: undefined };
  if (!study.trusted) return { ...distrust(played), winner: undefined };
  const winner = study.hasGoal ? smallestChange(study, played) : undefined;
  const closest = played.find((s) => s !== study.baseline) ?? study.baseline;
  const sentence = study.hasGoal
    ? verdictSentence(study, played, winner, closest)
    : neutralSentence(study, played);
  return { sentence, facts: facts(study, winner ?? closest), winner };
}

/** The baseline if it survives; else the fewest changes, and among equals the scenario's order. */
function smallestChange(study: Study, played: readonly Standing[]): Standing | undefined {
  const order = study.result.variants;
  const changes = (s: Standing) => (s.isBaseline ? 0 : Math.max(1, s.variant.changes.length));
  return played
    .filter((s) => s.goal === 'met')
    .sort(
      (a, b) => changes(a) - changes(b) || order.indexOf(a.variant) - order.indexOf(b.variant),
    )[0];
}

function verdictSentence(
  study: Study,
  played: readonly Standing[],
  winner: Standing | undefined,
  closest: Standing,
): string {
  const { baseline } = study;
  const base = baseline.variant.name;
  const aims = aim(study);
  if (winner?.isBaseline === true) {
    return `${base} ${aims.does} as it is${played.length > 1 ? '; no change is needed' : ''}.`;
  }
  if (winner !== undefined) {
    const size = changeWords(winner.variant.changes.length);
    return `${winner.variant.name}${size} ${aims.does}; ${baselineFate(baseline)}.`;
  }
  if (played.every((s) => s.goal === 'no-data' || s.goal === 'not-judged')) {
    return `Whether anything ${aims.does} cannot be said: there are too few data for the goal.`;
  }
  if (closest.isBaseline) return `${base} ${aims.doesNot}.`;
  return `No variant ${aims.does}, ${base} included; ${closest.variant.name} comes closest.`;
}

function baselineFate(baseline: Standing): string {
  const name = baseline.variant.name;
  if (!wasPlayed(baseline)) {
    const end = unplayed(baseline);
    return end === 'target died' ? `in ${name} the target died` : `${name} was ${end}`;
  }
  return baseline.goal === 'missed'
    ? `${name} does not`
    : `for ${name} there is too little data to say`;
}

/** What the goal is about, as a verb. */
function aim(study: Study): { readonly does: string; readonly doesNot: string } {
  const aboutMail = study.baseline.goals.every((goal) => goal.text.startsWith('legit.'));
  return aboutMail
    ? {
        does: 'keeps real mail flowing through the storm',
        doesNot: 'does not keep real mail flowing through the storm',
      }
    : { does: 'meets the goal', doesNot: 'does not meet the goal' };
}

function changeWords(count: number): string {
  if (count === 0) return '';
  const small = ['one', 'two', 'three', 'four', 'five', 'six'][count - 1] ?? String(count);
  return `, ${small} changed setting${count === 1 ? '' : 's'},`;
}

function neutralSentence(study: Study, played: readonly Standing[]): string {
  const several = played.length > 1;
  const who = several ? plural(played.length, 'variant') : study.baseline.variant.name;
  const whom = several ? 'them' : 'it';
  return `${who} faced ${study.result.scenario}; the scenario declares no goal to judge ${whom} by.`;
}

/** One sentence about the baseline, one about the best change or the closest. */
function facts(study: Study, other: Standing): string[] {
  const { baseline } = study;
  const rate = stormRate(baseline.counted);
  const under =
    rate === undefined ? 'In the storm' : `Under ${formatShort(rate)} attack sessions a second`;
  const sentences = wasPlayed(baseline) ? [`${under}, ${fate(study, baseline)}.`] : [];
  if (!other.isBaseline) {
    const ratio = other.ratio?.text
      .replace('≥\u00a0', 'at least ')
      .replace('lower', 'shorter')
      .replace('higher', 'longer');
    const single = study.result.verdicts.length === 0 ? ' (one run each: no interval)' : '';
    const once = study.result.runs.some((run) => run.repeat > 1) ? '' : single;
    sentences.push(`${fate(study, other)}${ratio === undefined ? '' : `: ${ratio}${once}`}.`);
  }
  const missing = study.standings.filter((s) => !wasPlayed(s));
  if (missing.length > 0) {
    sentences.push(`Not played to its end: ${listOf(missing.map((s) => s.variant.name))}.`);
  }
  return sentences;
}

/** Attack sessions that were due per second, on average over the storm. */
function stormRate(runs: readonly Run[]): number | undefined {
  return medianOf(
    runs.map((run) => {
      const storm = run.timeline.filter((second) => second.phase === 'storm');
      if (storm.length === 0) return undefined;
      return storm.reduce((sum, second) => sum + second.attack.started, 0) / storm.length;
    }),
  );
}
