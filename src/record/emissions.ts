// What the target sent of its own accord, beside the mail that it delivered: bounces, questions about
// addresses, other mail. Counted by the phase in which it arrived.
import { type PhaseSpans, phaseIndexAt } from '../plan/plan.ts';
import { PHASES, type Phase } from '../scenario/scenario.ts';

export interface Emission {
  readonly kind: 'bounce' | 'probe' | 'other';
  /** Of a bounce: recipients that it is about. */
  readonly failed?: number;
  /** Of a bounce: it returns a legitimate message, to its genuine sender. */
  readonly isFair?: boolean;
  readonly sample?: EmissionSample;
}

export interface EmissionSample {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly lines: readonly string[];
}

export interface EmissionCounts {
  /** Bounces to forged senders, and the failed recipients that they speak of. */
  backscatter: number;
  backscatterRecipients: number;
  /** Bounces to the senders of legitimate mail. */
  fairBounces: number;
  probes: number;
  others: number;
}

const MOST_SAMPLES = 10;

export class Emissions {
  readonly samples: (EmissionSample & { readonly kind: string; readonly atMs: number })[] = [];
  readonly #byPhase: readonly EmissionCounts[] = PHASES.map(none);
  readonly #spans: PhaseSpans;

  constructor(spans: PhaseSpans) {
    this.#spans = spans;
  }

  /** `atMs` from the run's start. What comes after the recovery counts for it. */
  add({ kind, failed = 1, isFair = false, sample }: Emission, atMs: number): void {
    const counts = this.#byPhase[phaseIndexAt(this.#spans, atMs)] ?? none();
    if (kind === 'probe') counts.probes += 1;
    else if (kind === 'other') counts.others += 1;
    else if (isFair) counts.fairBounces += 1;
    else {
      counts.backscatter += 1;
      counts.backscatterRecipients += failed;
    }
    if (sample && this.samples.length < MOST_SAMPLES) this.samples.push({ ...sample, kind, atMs });
  }

  in(phases: readonly Phase[]): EmissionCounts {
    const sum = none();
    for (const phase of phases) {
      const counts = this.#byPhase[PHASES.indexOf(phase)] ?? none();
      for (const key of KEYS) sum[key] += counts[key];
    }
    return sum;
  }
}

function none(): EmissionCounts {
  return { backscatter: 0, backscatterRecipients: 0, fairBounces: 0, probes: 0, others: 0 };
}

const KEYS = Object.keys(none()) as (keyof EmissionCounts)[];
