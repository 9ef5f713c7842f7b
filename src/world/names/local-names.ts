// The simulated internet's names for a server that stands in no laboratory: asked within the process,
// with the same records, the same delay and the same faults as over the wire.
import { setTimeout as sleep } from 'node:timers/promises';
import { atHome } from '../../plan/source-address.ts';
import { counter, makeCounts, type QuestionCounts, readCounts } from './counts.ts';
import type { ZoneFacts } from './facts.ts';
import { makeFaults } from './faults.ts';
import type { Records } from './records.ts';
import { makeZone } from './zone.ts';

/** What a resolver gives up after: two attempts of 5 s each (resolv.conf(5)). */
const SILENCE_MS = 10_000;

export type QuestionType = 'A' | 'MX' | 'PTR' | 'TXT';
/** Undefined: there is no such name. `fault`: no answer, or a useless one. */
export type NameAnswer = Records | 'fault' | undefined;

export class LocalNames {
  readonly #zone: ReturnType<typeof makeZone>;
  readonly #faultOf: ReturnType<typeof makeFaults>;
  readonly #delayMs: number;
  readonly #counts = makeCounts();
  readonly #count = counter(this.#counts);

  constructor(facts: ZoneFacts) {
    this.#zone = makeZone(facts);
    this.#faultOf = makeFaults(facts);
    this.#delayMs = facts.dns.delayMs;
  }

  /** A promise only where the answer has to be waited for. `name`: without a dot at its end. */
  ask(type: QuestionType, name: string): NameAnswer | Promise<NameAnswer> {
    const asked = name.toLowerCase();
    const fault = this.#faultOf(asked);
    this.#count({ type, name: asked, ...(fault && { fault }) });
    const answer = fault ? 'fault' : this.#zone(asked);
    const waitMs = fault === 'silence' ? SILENCE_MS : this.#delayMs;
    return waitMs > 0 ? sleep(waitMs, answer, { ref: false }) : answer;
  }

  /** `4.3.2.1.<list>` for a client's address; addresses of the loopback stand for their hosts. */
  askOf(type: QuestionType, client: string, list: string): NameAnswer | Promise<NameAnswer> {
    return this.ask(type, `${atHome(client).split('.').reverse().join('.')}.${list}`);
  }

  /** Since the start. */
  counts(): QuestionCounts {
    return readCounts(this.#counts);
  }
}
