// Ctrl-C: the first drains and writes what was measured, the second aborts; both clean up.

export class Interrupt {
  /** 0: none, 1: drain, 2: abort. */
  level = 0;
  private readonly listeners = new Set<(level: number) => void>();
  private readonly onSignal = (): void => {
    this.level = Math.min(2, this.level + 1);
    for (const listener of [...this.listeners]) listener(this.level);
  };
  private static readonly SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

  /** Takes the signals over until `release`. */
  take(): void {
    for (const signal of Interrupt.SIGNALS) process.on(signal, this.onSignal);
  }

  release(): void {
    for (const signal of Interrupt.SIGNALS) process.off(signal, this.onSignal);
  }

  /** Calls back at every further signal; the answer takes the listener away. */
  listen(listener: (level: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
