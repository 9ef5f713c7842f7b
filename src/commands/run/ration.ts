// Does something again and again, but spends no more than a share of this thread's time on it.

export class Ration {
  private readonly share: number;
  private readonly nowMs: () => number;
  private dueMs = Number.NEGATIVE_INFINITY;

  /** `share`: of the time, 0.02 for one part in fifty. */
  constructor(share: number, nowMs: () => number) {
    this.share = share;
    this.nowMs = nowMs;
  }

  /** Does the work, unless the last one took so long that it is not due yet. */
  spend(work: () => void): void {
    const startedMs = this.nowMs();
    if (startedMs < this.dueMs) return;
    work();
    this.dueMs = startedMs + (this.nowMs() - startedMs) / this.share;
  }
}
