// The end of a gate: what became of the thresholds, and the exit code.
import { EXIT, type ExitCode } from '../../errors.ts';
import { difference } from '../../result/comparable.ts';
import type { Result } from '../../result/result.ts';
import type { Gate } from '../../scenario/scenario.ts';
import { compareFacts, type Fact } from '../../verdict/facts.ts';
import { type GateOutcome, judgeGates } from '../../verdict/gate.ts';
import type { GateOrder } from './assignment.ts';

export function outcomesOf(thresholds: readonly Gate[], result: Result): GateOutcome[] {
  const variants = result.variants.map(({ name }) => name);
  return judgeGates(thresholds, { ...result, variants });
}

/** Ratios decide when it is enough: as soon as one fails, or none is open. */
export function isDecided(outcomes: readonly GateOutcome[]): boolean {
  if (outcomes.some(({ state }) => state === 'missed')) return true;
  return outcomes.every(({ state }) => state !== 'inconclusive');
}

/** What a stored result says of the candidates, or why it says nothing. */
export interface StoredFacts {
  readonly facts: readonly Fact[];
  readonly different: string | undefined;
}

/** Where it comes from another machine or server its facts are shown, and not compared. */
export function factsAgainst(stored: Result, result: Result): StoredFacts {
  return { facts: compareFacts(result, stored), different: difference(result, stored) };
}

export function gateExit(
  outcomes: readonly GateOutcome[],
  stored: StoredFacts | undefined,
  onInconclusive: GateOrder['onInconclusive'],
): { readonly code: ExitCode; readonly meaning: string } {
  const of = (state: GateOutcome['state']) =>
    outcomes.filter((one) => one.state === state).map(nameOf);
  const worse = stored?.different === undefined ? (stored?.facts ?? []) : [];
  const [none, open] = [of('no-data'), of('inconclusive')];
  const missed = [...of('missed'), ...worse.filter(({ isWorse }) => isWorse).map(nameOfFact)];
  if (missed.length > 0) {
    return { code: EXIT.threshold, meaning: `a threshold failed (${missed.join('; ')})` };
  }
  if (none.length > 0) {
    return { code: EXIT.inconclusive, meaning: `inconclusive: no data for ${none.join('; ')}` };
  }
  const words = `inconclusive: ${open.join('; ')}`;
  if (open.length === 0) return { code: EXIT.ok, meaning: 'every threshold holds' };
  return onInconclusive === 'fail'
    ? { code: EXIT.inconclusive, meaning: words }
    : { code: EXIT.ok, meaning: `no threshold failed; ${words}` };
}

/** E.g. `candidate: reject.bytes in storm, no worse than stored`. */
export function nameOfFact({ variant, metric, phase }: Fact): string {
  return `${variant}: ${metric}${phase === 'run' ? '' : ` in ${phase}`}, no worse than stored`;
}

/** E.g. `candidate: legit.lost == 0`. */
export function nameOf({ variant, gate }: GateOutcome): string {
  return `${variant}: ${gate.text}`;
}
