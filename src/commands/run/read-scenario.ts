// Reads the scenario of a run, with all that can be told of it before anything starts, and what is known
// of this machine.
import { fingerprint } from '../../calibration/fingerprint.ts';
import { calibrationPath } from '../../calibration/path.ts';
import { readCalibration, type Stored } from '../../calibration/store.ts';
import { EXIT, UserError } from '../../errors.ts';
import { admitTarget } from '../../guard/guard.ts';
import { loadScenario } from '../../scenario/load.ts';
import type { Scenario, Variant } from '../../scenario/scenario.ts';
import { parseAddress } from '../../scenario/schema.ts';
import { postfixPrograms } from '../../target/postfix/needs.ts';
import { targetFor } from '../../target/registry.ts';
import type { Target } from '../../target/target.ts';
import { requireMeans } from '../../world/laboratory.ts';
import type { Assignment, RunOptions } from './assignment.ts';
import { readSweep } from './sweep.ts';

/** @throws UserError for what is wrong with it, or cannot be tested so. */
export async function readScenario(
  name: string,
  options: RunOptions,
): Promise<Pick<Assignment, 'scenario' | 'sweep'>> {
  const { set, target: kind, config, variant: variants, sides, threshold } = options;
  // The guard's answer comes first: an address that may not be tested is not worth other advice.
  const address = kind === undefined ? undefined : parseAddress(kind);
  if (address) await admitTarget(address.host);
  const how = { set, target: kind, config, variants, sides, thresholds: threshold };
  const swept = options.sweep === undefined ? undefined : readSweep(name, options.sweep, how);
  const read = swept?.scenario ?? loadScenario(name, how);
  const scenario = options.twice ? playedTwice(read) : read;
  const target = targetFor(scenario.target);
  requireSupport(target, scenario.variants);
  if (target.kind === 'postfix') requirePostfix(target, scenario.variants);
  return { scenario, sweep: swept?.swept };
}

/** The baseline on both sides; what the scenario asks of its variants does not concern them. */
function playedTwice({ predicts: _, ...scenario }: Scenario): Scenario {
  const [baseline] = scenario.variants;
  if (!baseline) return scenario;
  const variants = ['a', 'b'].map((name) => ({ ...baseline, name }));
  return { ...scenario, variants, goal: [], thresholds: [], expects: [] };
}

/** What was calibrated for so many workers, if anything. */
export function recall(version: string, workers: number): Stored {
  return readCalibration({ path: calibrationPath(), machine: fingerprint(version) }, workers);
}

/** All refusals of all variants at once, before anything starts. */
function requireSupport(target: Target, variants: readonly Variant[]): void {
  const lines = new Set(
    variants.flatMap((variant) =>
      target
        .refusals(variant.tuning)
        .map(({ setting, reason }) => `variant ${variant.name}: ${setting}: ${reason}`),
    ),
  );
  if (lines.size === 0) return;
  throw new UserError([...lines].join('\nblowback: '), {
    exitCode: EXIT.usage,
    hint: `Leave the setting out for the ${target.kind} target, or choose other variants with --variant.`,
  });
}

/** Looked at outside the laboratory, where users and files are the machine's. */
function requirePostfix(target: Target, variants: readonly Variant[]): void {
  for (const { tuning } of variants) target.examine?.(tuning);
  requireMeans(postfixPrograms(variants.map(({ tuning }) => tuning)));
}
