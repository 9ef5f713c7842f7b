// A made-up machine on which made-up runs are played: how much two runs of the same setting differ, what drifts, and
// which runs are disturbed. The sizes are those of real runs of a setting against itself on two noisy cores.
import { normal, type Random } from '../../plan/random.ts';
import type { Run } from '../../result/result.ts';

export interface Machine {
  /** Standard deviation of a run's logarithm: 0.2 is about 20 %. */
  readonly scatter: number;
  /** What a whole comparison's length of time adds to the logarithm, evenly. */
  readonly drift: number;
  /** Share of the runs that begin an episode of noise. */
  readonly episodes: number;
}

/** An episode lasts for so many runs, and multiplies by so much. */
const EPISODE = { runs: 3, least: 1.2, most: 2 } as const;
/** Runs over which the drift is spread. */
const LENGTH = 32;

/** Plays runs one after the other, as time goes by. */
export class NoisyMachine {
  readonly #machine: Machine;
  readonly #random: Random;
  #played = 0;
  #disturbed = 0;
  #factor = 0;

  constructor(machine: Machine, random: Random) {
    this.#machine = machine;
    this.#random = random;
  }

  /** @param effect what the variant adds to the logarithm */
  play(variant: string, repeat: number, effect: number): Run {
    const { scatter, drift, episodes } = this.#machine;
    if (this.#disturbed === 0 && this.#random() < episodes) {
      this.#disturbed = EPISODE.runs;
      this.#factor = EPISODE.least + (EPISODE.most - EPISODE.least) * this.#random();
    }
    const noise = this.#disturbed > 0 ? Math.log(this.#factor) : 0;
    this.#disturbed = Math.max(0, this.#disturbed - 1);
    const shift = (drift * this.#played) / LENGTH;
    this.#played += 1;
    const log = effect + shift + noise + scatter * normal(this.#random(), this.#random());
    return runWith(variant, repeat, Math.exp(log));
  }
}

function runWith(variant: string, repeat: number, seconds: number): Run {
  return {
    variant,
    repeat,
    valid: true,
    warnings: [],
    metrics: [{ phase: 'storm', metric: 'legit.latency.p95', value: seconds, unit: 's', n: 200 }],
    unavailable: [],
    histograms: {},
    timeline: [],
    outcomes: [],
    books: [],
    ledger: [],
  };
}
