// The record of one session: where it stands, when each stage was reached, how it was decided. The
// first decision stands, whatever comes after it.
import { enhancedCode } from './reply-parser.ts';
import { type EndState, STAGES, type Stage } from './stage.ts';

/** Index of each stage in marks: its command at 2 × index, its last reply at 2 × index + 1. */
export const STAGE_INDEX = Object.fromEntries(
  STAGES.map((stage, index) => [stage, index]),
) as Readonly<Record<Stage, number>>;
export const MARKS = STAGES.length * 2;

/** Whether a session went on in TLS, and by resuming an earlier one's (RFC 8446 §2.2, RFC 5077). */
export const TLS_USES = ['none', 'full', 'resumed'] as const;
export type TlsUse = (typeof TLS_USES)[number];

export class SessionRecord {
  /** Milliseconds by the host's clock, NaN where the session did not come so far. */
  readonly marks = new Float64Array(MARKS).fill(Number.NaN);
  state: EndState = 'cut';
  /** Where it was decided. */
  stage: Stage = 'connect';
  /** The reply that decided, 0 for none. */
  code = 0;
  /** Its enhanced status code (RFC 3463). */
  enhanced: readonly [number, number, number] | undefined;
  decidedAtMs = Number.NaN;
  bytesIn = 0;
  bytesOut = 0;
  /** The code of the reply to each recipient that was asked, in their order. */
  readonly fates: number[] = [];
  tls: TlsUse = 'none';
  /** The error code of a fault of this machine, which is no outcome of the server's. */
  localFault: string | undefined;
  private decided = false;
  private heldCode = 0;
  private heldEnhanced: SessionRecord['enhanced'];

  /** Adds up by code how recipients were refused. */
  addRefusals(sums: Record<number, number>): void {
    // Too many errors: the server's farewell, whatever command was on its way to it.
    const farewell = this.code === 421 && this.enhanced?.[1] === 7 && this.enhanced[2] === 0;
    for (const code of this.fates) {
      if (code >= 400 && !(farewell && code === 421)) sums[code] = (sums[code] ?? 0) + 1;
    }
  }

  protected clearRecord(): void {
    this.marks.fill(Number.NaN);
    this.state = 'cut';
    this.stage = 'connect';
    this.code = 0;
    this.enhanced = undefined;
    this.decidedAtMs = Number.NaN;
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.localFault = undefined;
    this.fates.length = 0;
    this.tls = 'none';
    this.decided = false;
    this.heldCode = 0;
  }

  protected markCommand(stage: Stage, atMs: number): void {
    this.marks[STAGE_INDEX[stage] * 2] = atMs;
  }

  protected markReply(stage: Stage, atMs: number): void {
    this.marks[STAGE_INDEX[stage] * 2 + 1] = atMs;
  }

  protected decide(state: EndState, stage: Stage, code: number, atMs: number): void {
    if (this.decided) return;
    this.decided = true;
    this.state = state;
    this.stage = stage;
    this.code = code;
    this.decidedAtMs = atMs;
  }

  /** A recipient was refused. While none is taken the last refusal speaks for all, a temporary one first. */
  protected holdRefusal(code: number, text: string): void {
    if (this.heldCode >= 400 && this.heldCode < 500 && code >= 500) return;
    this.heldCode = code;
    this.heldEnhanced = enhancedCode(text);
  }

  protected decideByRefusals(stage: Stage, atMs: number): void {
    if (this.decided) return;
    this.enhanced = this.heldEnhanced;
    this.decide(this.heldCode >= 500 ? 'rejected' : 'deferred', stage, this.heldCode, atMs);
  }

  /** The server said no, or something that is no answer here. */
  protected decideByReply(stage: Stage, code: number, text: string, atMs: number): void {
    if (this.decided) return;
    this.enhanced = enhancedCode(text);
    const refused = code >= 500 ? 'rejected' : 'deferred';
    this.decide(code >= 400 ? refused : 'garbled', stage, code, atMs);
  }
}
