// The embedded server's own count of a run, for holding the senders' against it.
import type { TargetSample, TargetTotals } from '../target.ts';
import type { SessionWatch } from './session.ts';

export class Account {
  accepted = 0;
  sessions = 0;
  #lostAfterConnect = 0;
  readonly #rcptRejects: Record<string, number> = {};

  tooManyErrors = 0;

  readonly greeted = (): void => {
    this.sessions += 1;
  };

  readonly rejected = (code: number): void => {
    this.#rcptRejects[code] = (this.#rcptRejects[code] ?? 0) + 1;
  };

  readonly ended = (silent: boolean): void => {
    if (silent) this.#lostAfterConnect += 1;
  };

  watch(
    onEnd: () => void,
  ): Pick<SessionWatch, 'onGreeting' | 'onRcptReject' | 'onTooManyErrors' | 'onEnd'> {
    return {
      onGreeting: this.greeted,
      onRcptReject: this.rejected,
      onTooManyErrors: () => {
        this.tooManyErrors += 1;
      },
      onEnd: (silent) => {
        this.ended(silent);
        onEnd();
      },
    };
  }

  totals(last: TargetSample, failed: number): TargetTotals {
    const undelivered = failed + (last.queue ?? 0);
    return {
      sessions: this.sessions,
      lostAfterConnect: this.#lostAfterConnect,
      rcptRejects: this.#rcptRejects,
      accepted: this.accepted,
      last,
      warnings: undelivered > 0 ? [`${undelivered} accepted messages could not be delivered`] : [],
    };
  }
}
