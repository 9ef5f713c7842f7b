// How big a storm a server survives, found by playing storms of several sizes: doubled or halved until one holds and one
// does not, then the middle of both, until they are close; and both again, so that neither is an accident.

export type Outcome = 'held' | 'broke' | 'invalid';

export interface Bracket {
  /** The largest that held every time, twice at least; undefined where none did. */
  readonly held: number | undefined;
  /** The smallest above it that broke every time, twice at least; undefined where none did. */
  readonly broke: number | undefined;
  /** The smallest that could not be judged: the generator's limit, not the server's. */
  readonly invalid: number | undefined;
}

/** Sizes whose ratio is smaller are not told apart. */
const CLOSE = 1.2;
const LARGEST = 64;
const SMALLEST = 1 / 64;
/** So often a size is played at least, where it is an end of the answer; and at most. */
const SURE = 2;
const MOST = 3;

export class CapacitySearch {
  readonly #played = new Map<number, Outcome[]>();

  tell(size: number, outcome: Outcome): void {
    this.#played.set(size, [...(this.#played.get(size) ?? []), outcome]);
  }

  /** What is played next, 1 being the scenario's own storm; undefined when it is known. */
  next(): number | undefined {
    const { held, broke, doubtful, invalid } = this.#sizes();
    if (this.#played.size === 0) return 1;
    const low = held.at(-1);
    // What could not be judged is as good an end of the search as what broke.
    const high = Math.min(
      broke[0] ?? Number.POSITIVE_INFINITY,
      invalid ?? Number.POSITIVE_INFINITY,
    );
    const [from = Number.POSITIVE_INFINITY, to = 0] = [doubtful[0], doubtful.at(-1)];
    const nearest = Math.min(high, from);
    if (low === undefined) {
      const next = nearest / 2;
      return next >= SMALLEST ? next : this.#unsure([broke[0]]);
    }
    if (!Number.isFinite(high)) {
      const next = Math.max(low, to) * 2;
      return next <= LARGEST ? next : this.#unsure([low]);
    }
    if (nearest / low > CLOSE) return Math.sqrt(nearest * low);
    if (to > 0 && high / to > CLOSE) return Math.sqrt(high * to);
    return this.#unsure([low, broke[0]]);
  }

  get bracket(): Bracket {
    const { held, broke, invalid } = this.#sizes();
    const isSure = (size: number) => (this.#played.get(size)?.length ?? 0) >= SURE;
    const low = held.filter(isSure).at(-1);
    return { held: low, broke: broke.filter(isSure)[0], invalid };
  }

  /** In order; what both held and broke lies between. */
  #sizes() {
    const of = (wanted: (outcomes: readonly Outcome[]) => boolean) =>
      [...this.#played]
        .filter(([, outcomes]) => wanted(outcomes))
        .map(([size]) => size)
        .sort((a, b) => a - b);
    const every = (one: Outcome) => (outcomes: readonly Outcome[]) =>
      outcomes.every((outcome) => outcome === one);
    const doubtful = of((outcomes) => outcomes.includes('held') && outcomes.includes('broke'));
    const allBroke = of(every('broke'));
    const lowestDoubt = Math.min(allBroke[0] ?? Number.POSITIVE_INFINITY, ...doubtful);
    const highestDoubt = Math.max(0, ...doubtful);
    return {
      // Below everything that ever broke; above everything that ever held in doubt.
      held: of(every('held')).filter((size) => size < lowestDoubt),
      broke: allBroke.filter((size) => size > highestDoubt),
      doubtful,
      invalid: of((outcomes) => outcomes.includes('invalid'))[0],
    };
  }

  #unsure(ends: readonly (number | undefined)[]): number | undefined {
    return ends.find((size) => {
      const times = size === undefined ? MOST : (this.#played.get(size)?.length ?? 0);
      return times < SURE;
    });
  }
}
