// What each stage of the server was asked, what it refused, and what that took: so that a report can show
// where the time goes.
import { nowMs } from '../../../clock.ts';
import type { StageFigures } from '../../target.ts';

export interface Reply {
  readonly code: number;
  /** Begins with the enhanced status code (RFC 3463). */
  readonly text: string;
}

/** Undefined: no objection. */
export type Objection = Reply | undefined;

export class StageCount {
  readonly name: string;
  #asked = 0;
  #refused = 0;
  #deferred = 0;
  #busyMs = 0;
  #waitedMs = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** A promise only where the work has to wait: the fast path stays within one turn. */
  judge(work: () => Objection | Promise<Objection>): Objection | Promise<Objection> {
    const objection = this.measure(work);
    if (objection instanceof Promise) return objection.then((found) => this.#decided(found));
    return this.#decided(objection);
  }

  /** Up to the first wait it counts as work of this process, from there as waiting. */
  measure<T>(work: () => T): T {
    this.#asked += 1;
    const startMs = nowMs();
    const result = work();
    const workedMs = nowMs();
    this.#busyMs += workedMs - startMs;
    if (result instanceof Promise) {
      const waited = (): void => {
        this.#waitedMs += nowMs() - workedMs;
      };
      result.then(waited, waited);
    }
    return result;
  }

  #decided(objection: Objection): Objection {
    if (objection) this.refused(objection.code);
    return objection;
  }

  refused(code: number): void {
    if (code < 500) this.#deferred += 1;
    else this.#refused += 1;
  }

  figures(): StageFigures {
    return {
      stage: this.name,
      asked: this.#asked,
      refused: this.#refused,
      deferred: this.#deferred,
      busyS: this.#busyMs / 1000,
      waitedS: this.#waitedMs / 1000,
    };
  }
}

/** The stages in the order in which a session meets them; those that are switched off are not in it. */
export class StageBook {
  readonly #stages: StageCount[] = [];

  add(name: string): StageCount {
    const stage = new StageCount(name);
    this.#stages.push(stage);
    return stage;
  }

  get order(): readonly string[] {
    return this.#stages.map(({ name }) => name);
  }

  figures(): readonly StageFigures[] {
    return this.#stages.map((stage) => stage.figures());
  }
}
