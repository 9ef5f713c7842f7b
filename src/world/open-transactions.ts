// What became of the mail transactions at the sink that never came to a message: a server that only
// wants to know whether an address exists asks for it and leaves.
import { isDoubleBounce } from './classify.ts';
import { isFirstLooker } from './first-look.ts';

export interface Question {
  readonly reversePath: string;
  /** Recipients that were taken. */
  readonly taken: number;
}

interface Transaction {
  readonly reversePath: string;
  taken: number;
  refused: number;
}

/** By session, which is any object that stands for one. */
export class OpenTransactions {
  readonly #open = new WeakMap<object, Transaction>();
  readonly #onProbe: (question: Question) => void;

  constructor(onProbe: (question: Question) => void) {
    this.#onProbe = onProbe;
  }

  begin(session: object, reversePath: string): void {
    this.abandon(session);
    if (isFirstLooker(reversePath)) return;
    this.#open.set(session, { reversePath, taken: 0, refused: 0 });
  }

  recipient(session: object, taken: boolean): void {
    const transaction = this.#open.get(session);
    if (!transaction) return;
    if (taken) transaction.taken += 1;
    else transaction.refused += 1;
  }

  /** It came to a message. */
  message(session: object): void {
    this.#open.delete(session);
  }

  /** Another transaction begins, or the client leaves. */
  abandon(session: object): void {
    const transaction = this.#open.get(session);
    this.#open.delete(session);
    if (!transaction) return;
    const { reversePath, taken, refused } = transaction;
    // All refused: mail that could not be delivered, unless its sender is one that asks.
    if (taken > 0 || (refused > 0 && isDoubleBounce(reversePath))) {
      this.#onProbe({ reversePath, taken });
    }
  }
}
