// What the sink saw: one record per message that the target delivered.

export interface Delivery {
  /** The ledger's id, when the message is one of ours; undefined for anything else. */
  readonly id: string | undefined;
  /** Milliseconds on the machine's monotonic clock (see engine clock), when the final dot arrived. */
  readonly atMs: number;
  readonly reversePath: string;
  /** Recipients in its envelope. */
  readonly recipients: number;
  readonly bytes: number;
}

/** The Message-ID of a legitimate message: `<bb.` + ledger id + `@` + sender's host + `>`. */
export const LEDGER_ID = /^Message-ID:\s*<bb\.([A-Za-z0-9.-]+)@/im;
