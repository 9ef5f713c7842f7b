// What the sink saw: one record per message that the target sent, or per question that it asked about
// an address.

/**
 * legitimate: a message of the ledger. unsolicited: attack mail that was delivered. bounce: a report of
 * non-delivery that the target made itself. probe: a recipient that was asked for and sent nothing.
 * other: any other mail to somebody outside the target's domain.
 */
export type DeliveryKind = 'legitimate' | 'unsolicited' | 'bounce' | 'probe' | 'other';

export interface Delivery {
  readonly kind: DeliveryKind;
  /** The ledger's id, when the message is one of ours; undefined for anything else. */
  readonly id: string | undefined;
  /** Milliseconds on the machine's monotonic clock (see engine clock), when the final dot arrived. */
  readonly atMs: number;
  readonly reversePath: string;
  /** Recipients in its envelope, without those that the sink refused. */
  readonly recipients: number;
  readonly bytes: number;
  readonly bounce?: BounceFacts;
  /** Of the first few that left the target's own domain, no two alike: see message-sample.ts. */
  readonly sample?: MessageSample;
}

export interface BounceFacts {
  /** Recipients that one report is about: it may speak of several. */
  readonly failed: number;
  /** The ledger's id of the message that it returns: then its recipient is a genuine sender. */
  readonly about?: string;
}

/** For people to look at: short, and printable whatever the message held. */
export interface MessageSample {
  readonly kind: DeliveryKind;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** What failed and why; else the first lines of its text. */
  readonly lines: readonly string[];
}

/** The Message-ID of a legitimate message: `<bb.` + ledger id + `@` + sender's host + `>`. */
export const LEDGER_ID = /^Message-ID:\s*<bb\.([A-Za-z0-9.-]+)@/im;
