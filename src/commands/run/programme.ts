// In which order the variants are played, and when it has been often enough.
import { hash } from '../../plan/random.ts';
import type { ComparisonFacts, Run } from '../../result/result.ts';
import { LOOKS } from '../../verdict/compare.ts';

export interface Turn {
  readonly variant: string;
  /** From 1; 0 for a run that warms the machine up and is dropped. */
  readonly repeat: number;
}

export interface Programme {
  /** What comes next, given all that was measured; undefined when it has been enough. */
  next(runs: readonly Run[], elapsedS: number): Turn | undefined;
  /** Runs in all, as far as is known yet. */
  readonly planned: number;
  /** Of the runs that were played; undefined where nothing is compared. */
  readonly facts?: ComparisonFacts;
}

/** Every variant in turn, as often as the scenario says. */
export function repeats(variants: readonly string[], times: number): Programme {
  const turns = Array.from({ length: times }, (_, i) =>
    variants.map((variant): Turn => ({ variant, repeat: i + 1 })),
  ).flat();
  let next = 0;
  return {
    next: () => {
      next += 1;
      return turns[next - 1];
    },
    planned: turns.length,
  };
}

export interface ComparisonOrder {
  /** So many pairs; undefined for as many as it takes. */
  readonly repeat?: number | undefined;
  /** Seconds; a round that would not end within is not begun. */
  readonly budgetS?: number | undefined;
}

/** Pairs that cannot be trusted are played again, within this many rounds for each that is wanted. */
const MOST_ROUNDS = 1.5;

/**
 * Rounds of all variants, forwards and backwards in turn from an order that the seed draws, so that what changes
 * steadily on the machine weighs on all of them alike. Two variants are dropped first: the first run of a
 * machine is unlike the others.
 */
export class Comparison implements Programme {
  readonly #order: readonly string[];
  readonly #looks: readonly number[];
  readonly #budgetS: number;
  readonly #isDecided: (runs: readonly Run[]) => boolean;
  readonly #warmUps: readonly Turn[];
  readonly #rounds: string[][] = [];
  #queue: Turn[];
  #look = 0;
  #ended: ComparisonFacts['ended'] = 'interrupted';

  /** @param isDecided whether what was measured so far answers everything */
  constructor(
    variants: readonly string[],
    seed: number,
    { repeat, budgetS = Number.POSITIVE_INFINITY }: ComparisonOrder,
    isDecided: (runs: readonly Run[]) => boolean,
  ) {
    this.#order = [...variants.keys()]
      .sort((a, b) => hash(seed, a) - hash(seed, b) || a - b)
      .map((i) => variants[i] ?? '');
    this.#looks = repeat === undefined ? LOOKS : [repeat];
    this.#budgetS = budgetS;
    this.#isDecided = isDecided;
    this.#warmUps = this.#order.slice(0, 2).map((variant) => ({ variant, repeat: 0 }));
    this.#queue = [...this.#warmUps];
  }

  get planned(): number {
    const rounds = Math.max(this.#looks[this.#look] ?? 0, this.#rounds.length);
    return this.#warmUps.length + rounds * this.#order.length;
  }

  get facts(): ComparisonFacts {
    return {
      looks: this.#looks,
      warmUps: this.#warmUps.length,
      order: this.#rounds,
      ended: this.#ended,
    };
  }

  next(runs: readonly Run[], elapsedS: number): Turn | undefined {
    if (this.#queue.length === 0) {
      const end = this.#endAfter(runs, elapsedS);
      if (end !== undefined) {
        this.#ended = end;
        return undefined;
      }
      this.#beginRound();
    }
    return this.#queue.shift();
  }

  #beginRound(): void {
    const order = this.#rounds.length % 2 === 0 ? [...this.#order] : [...this.#order].reverse();
    this.#rounds.push(order);
    const repeat = this.#rounds.length;
    this.#queue = order.map((variant) => ({ variant, repeat }));
  }

  #endAfter(runs: readonly Run[], elapsedS: number): ComparisonFacts['ended'] | undefined {
    const rounds = this.#rounds.length;
    const wanted = this.#looks[this.#look] ?? 0;
    if (this.#wholeRounds(runs) >= wanted || rounds >= Math.ceil(wanted * MOST_ROUNDS)) {
      this.#look += 1;
      const isLast = this.#look >= this.#looks.length;
      if (isLast) return 'all-played';
      if (this.#isDecided(runs)) return 'decided';
    }
    const perRun = elapsedS / (this.#warmUps.length + rounds * this.#order.length);
    return elapsedS + perRun * this.#order.length > this.#budgetS ? 'out-of-time' : undefined;
  }

  /** Rounds in which every run can be trusted. */
  #wholeRounds(runs: readonly Run[]): number {
    return this.#rounds.filter((order, i) =>
      order.every((variant) =>
        runs.some((run) => run.valid && run.variant === variant && run.repeat === i + 1),
      ),
    ).length;
  }
}
