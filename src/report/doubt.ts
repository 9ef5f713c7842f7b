// What the headline says where there can be no verdict: nobody was tested, a run was ended before its
// time, or a measurement cannot be trusted.
import type { Run, Warning } from '../result/result.ts';
import { fate } from './fate.ts';
import { endSentence, formatLength, listOf } from './format.ts';
import { cutOff, lastActive, type Standing } from './standing.ts';
import type { Study } from './study.ts';

interface Doubt {
  readonly sentence: string;
  readonly facts: readonly string[];
}

/** No run came to its end: where it stopped, and what was measured until then. */
export function cutShort(study: Study): Doubt {
  const cut = study.standings.flatMap((standing) =>
    standing.runs.flatMap((run) => {
      const why = cutOff(run);
      return why === undefined ? [] : [{ standing, run, why }];
    }),
  );
  const last = cut.find(({ run }) => run === study.result.runs.at(-1)) ?? cut[0];
  if (last === undefined) return { sentence: 'Nothing was measured: no run began.', facts: [] };
  const { standing, run, why } = last;
  const known = [...new Set(cut.map((one) => one.standing))];
  return {
    sentence: CUT_SENTENCES[why.code]?.(standing.variant.name, moment(run, study)) ?? why.text,
    facts: [
      ...(why.code === 'target-died' ? [endSentence(why.text)] : []),
      `Until then, ${listOf(known.map((one) => fate(study, one)))}.`,
      'No run came to its end: these figures judge nothing.',
    ],
  };
}

const CUT_SENTENCES: Readonly<Record<string, (name: string, moment: string) => string>> = {
  interrupted: (name, moment) =>
    `Interrupted in ${name}${moment}: this is what was measured until then.`,
  unfinished: (name, moment) =>
    `Not finished: this is what was measured of ${name} so far${moment}.`,
  'target-died': (name, moment) => `The target died in ${name}${moment}.`,
};

/** `, 12 s into the storm` */
function moment(run: Run, { phases }: Study): string {
  const last = lastActive(run);
  if (last === undefined) return '';
  const span = phases.find(({ phase }) => phase === last.phase);
  if (span === undefined) return ', in the warm-up';
  return `, ${formatLength(last.t + 1 - span.from)} into the ${last.phase}`;
}

/** A variant that was played has no run that can be trusted. */
export function distrust(played: readonly Standing[]): Doubt {
  const suspects = played.filter((s) => !s.runs.some((run) => run.valid));
  const [first] = suspects;
  const warning = first && gravest(first);
  const everywhere = suspects.length === played.length;
  const name = first && played.length > 1 && !everywhere ? `${first.variant.name}: ` : '';
  const reason = endSentence(warning?.text ?? 'no run of it is valid');
  const facts = [
    'The figures below are shown for finding the fault, not for comparing the variants.',
  ];
  // Not the measurement is at fault, but that there was nothing to measure.
  if (warning?.code === 'never-greeted') return { sentence: `${name}${reason}`, facts };
  // The headline has the fault; what may be done about it comes after.
  const [fault = '', ...advice] = reason.split(/(?<=\.) (?=[A-Z])/);
  return { sentence: `This run cannot be trusted: ${name}${fault}`, facts: [...advice, ...facts] };
}

function gravest({ runs }: Standing): Warning | undefined {
  const warnings = runs.flatMap((run) => run.warnings);
  return (
    warnings.find(({ code }) => code === 'never-greeted') ??
    warnings.find(({ fatal }) => fatal) ??
    warnings[0]
  );
}
