// What a comparison is asked beyond the scenario's goal, and whether it can be answered at all.
import { EXIT, UserError } from '../../errors.ts';
import { isCount, metricsOf } from '../../scenario/metrics.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { PHASES, type Phase } from '../../scenario/scenario.ts';
import { suggest } from '../../scenario/suggest.ts';
import type { Comparand } from '../../verdict/pairs.ts';
import type { Inquiry } from './assignment.ts';
import { stormOf } from './storm.ts';

const FORM = /^(\S+)(?:\s+in\s+(\S+))?$/;

/** Of the name only the form is judged here: which metrics there are depends on the scenario's actors. */
export function parseComparand(text: string): Comparand {
  const [, metric, where] = FORM.exec(text.trim()) ?? [];
  const phase = PHASES.find((one) => one === where);
  if (metric === undefined || (where !== undefined && phase === undefined)) {
    throw new UserError(`--metric ${text}: expected a metric, as in "legit.latency.p50 in storm"`, {
      exitCode: EXIT.usage,
      hint: `Phases are ${PHASES.join(', ')}.`,
    });
  }
  return { metric, phase: (phase as Phase | undefined) ?? 'run' };
}

/** @throws UserError (2) for a metric that this scenario has not, or that is a count. */
export function requireKnown(
  asked: readonly Comparand[],
  { actors }: { readonly actors: readonly { readonly name: string; readonly kind: string }[] },
): void {
  const metrics = metricsOf(actors);
  for (const { metric } of asked) {
    const info = metrics.get(metric);
    if (info?.measured && !isCount(metric)) continue;
    const guess = suggest(metric, metrics.keys());
    throw new UserError(
      info
        ? `--metric ${metric}: counts are facts, and not compared by intervals`
        : `--metric: unknown metric ${metric}`,
      {
        exitCode: EXIT.usage,
        ...(guess !== undefined && !info && { hint: `Did you mean ${guess}?` }),
      },
    );
  }
}

/** @throws UserError (2) where there is nothing to compare, or not in this way. */
export function checkInquiry(scenario: Scenario, { metrics, gate, capacity }: Inquiry): void {
  requireKnown(metrics, scenario);
  if (capacity) stormOf(scenario, capacity);
  const empty = metrics.find(({ phase }) => phase !== 'run' && scenario.phases[`${phase}Ms`] === 0);
  if (empty) {
    throw new UserError(`--metric: nothing is measured in ${empty.phase}, which takes 0s`, {
      exitCode: EXIT.usage,
    });
  }
  if (gate && scenario.thresholds.length === 0) {
    throw new UserError(`${scenario.name} has no thresholds: there is nothing that could fail`, {
      exitCode: EXIT.usage,
      hint: 'Add `thresholds:` to the scenario, or name one: --threshold "legit.lost == 0".',
    });
  }
  if (scenario.variants.length > 1 || capacity) return;
  throw new UserError('there is one variant only: nothing to compare it with', {
    exitCode: EXIT.usage,
    hint: gate
      ? 'Name the baseline and the candidate: --baseline-ref main --candidate etc/postfix, or two variants.'
      : 'Name two or more with --variants, the baseline among them.',
  });
}
