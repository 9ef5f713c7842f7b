// What a target tells of itself while it runs, and the recorder keeps: once a second, each what it can.

/** One look at a running target. Absent: this target or platform cannot tell. */
export interface TargetSample {
  /** CPU seconds used since the start, all processes, reaped ones included. */
  readonly cpuS?: number;
  readonly memoryBytes?: number;
  readonly workersBusy?: number;
  /** Processes that wait for a client, and those of the busy ones that were on a CPU. */
  readonly workersIdle?: number;
  readonly workersRunning?: number;
  readonly acceptQueue?: number;
  /** Connections that the kernel or the target refused for want of room, since the start. */
  readonly listenOverflows?: number;
  /** Messages accepted and not yet delivered. */
  readonly queue?: number;
  /** Of these: coming in, being delivered, waiting for another attempt. */
  readonly queueIncoming?: number;
  readonly queueActive?: number;
  readonly queueDeferred?: number;
  /** How long the oldest message has been in the queue; 0 for an empty one. */
  readonly queueOldestS?: number;
  readonly logBytes?: number;
  readonly logLines?: number;
  /** Bytes that a disk would have had to take, since the start. */
  readonly diskBytes?: number;
  /** 1 while it works in stress mode, else 0. */
  readonly stress?: number;
  /** Its own verdicts about clients since the start: see the Postfix target's log. */
  readonly refusedConcurrent?: number;
  readonly refusedRate?: number;
  readonly pregreets?: number;
  readonly listed?: number;
  readonly hangups?: number;
  readonly passedNew?: number;
  readonly passedOld?: number;
  readonly tooManyErrors?: number;
  /** Where there are two servers: the part of the one behind in what both use. */
  readonly behindCpuS?: number;
  readonly behindMemoryBytes?: number;
  readonly behindWorkersBusy?: number;
  /** Since the start: its sessions, the questions about addresses in them, mail that never came to it. */
  readonly behindSessions?: number;
  readonly behindProbes?: number;
  readonly swallowed?: number;
  /** Bytes on the link between the two, both ways. */
  readonly linkBytes?: number;
  /**
   * What its process lacked on this machine since the start, by error code: such a run did not test the
   * tuning.
   */
  readonly faults?: Readonly<Record<string, number>>;
}
