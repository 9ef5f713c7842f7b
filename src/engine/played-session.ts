// A client session with what the load engine knows of it. Pooled: one object plays many sessions.

import { dial } from '../guard/guard.ts';
import type { PlannedSession } from '../plan/plan.ts';
import { ClientSession } from '../smtp/client-session.ts';
import type { Script } from '../smtp/script.ts';
import type { SessionHost } from '../smtp/session-host.ts';
import { END_STATES, STAGES } from '../smtp/stage.ts';
import { COLUMN } from './outcome.ts';

/** One attempt at a planned session. */
export interface Attempt {
  readonly actor: number;
  readonly index: number;
  readonly host: number;
  /** 0 for the first. */
  readonly attempt: number;
  readonly dueMs: number;
  /** When the first attempt was due. */
  readonly originMs: number;
  /** When its turn came, if it had to wait for a place at its host. */
  readonly turnMs: number | undefined;
}

export function firstAttempt({ actor, index, host, intendedMs }: PlannedSession): Attempt {
  const due = { dueMs: intendedMs, originMs: intendedMs };
  return { actor, index, host, attempt: 0, ...due, turnMs: undefined };
}

/**
 * All sockets of a thread read into this one buffer: libuv reads and calls back within one step, and
 * the session takes everything out before the next. Saves 64 KB a connection.
 */
const READ_BUFFER = Buffer.allocUnsafe(65_536);
const STATE_INDEX = new Map(END_STATES.map((state, i) => [state, i]));
const STAGE_NUMBER = new Map(STAGES.map((stage, i) => [stage, i]));

export class PlayedSession extends ClientSession {
  attempt: Attempt | undefined;
  startedMs = 0;
  /** Position among the active sessions. */
  slot = -1;
  think: NodeJS.Timeout | undefined;
  private readonly onread: {
    buffer: Buffer;
    callback: (bytes: number, buffer: Uint8Array) => boolean;
  };

  constructor(host: SessionHost) {
    super(host);
    this.onread = {
      buffer: READ_BUFFER,
      callback: (bytes) => {
        this.read(READ_BUFFER, bytes);
        return true;
      },
    };
  }

  /** Connects and plays; the host's onEnd follows in any case. */
  play(
    attempt: Attempt,
    script: Script,
    way: { host: string; port: number; localAddress: string | undefined },
    waits: { roundTripMs: number; patienceMs: number },
    startedMs: number,
  ): void {
    this.attempt = attempt;
    this.startedMs = startedMs;
    const socket = dial({
      host: way.host,
      port: way.port,
      onread: this.onread,
      ...(way.localAddress === undefined ? {} : { localAddress: way.localAddress }),
    });
    this.begin(socket, script, waits.roundTripMs, waits.patienceMs);
  }

  /** Writes this session's row; `startMs` is the run's start on the host's clock. */
  writeRow(
    rows: Float64Array,
    offset: number,
    startMs: number,
    endedMs: number,
    retry: number,
  ): void {
    const attempt = this.attempt;
    if (!attempt) return;
    rows[offset + COLUMN.actor] = attempt.actor;
    rows[offset + COLUMN.index] = attempt.index;
    rows[offset + COLUMN.attempt] = attempt.attempt;
    rows[offset + COLUMN.intended] = attempt.dueMs;
    rows[offset + COLUMN.origin] = attempt.originMs;
    rows[offset + COLUMN.turn] = attempt.turnMs ?? Number.NaN;
    rows[offset + COLUMN.started] = this.startedMs;
    rows[offset + COLUMN.ended] = endedMs;
    rows[offset + COLUMN.decided] = this.decidedAtMs - startMs;
    rows[offset + COLUMN.state] = STATE_INDEX.get(this.state) ?? 0;
    rows[offset + COLUMN.stage] = STAGE_NUMBER.get(this.stage) ?? 0;
    rows[offset + COLUMN.code] = this.code;
    const { enhanced } = this;
    rows[offset + COLUMN.enhanced] = enhanced ? enhanced[1] * 1000 + enhanced[2] + 1 : 0;
    rows[offset + COLUMN.bytesIn] = this.bytesIn;
    rows[offset + COLUMN.bytesOut] = this.bytesOut;
    rows[offset + COLUMN.retry] = retry;
    for (let i = 0; i < this.marks.length; i += 1) {
      rows[offset + COLUMN.marks + i] = (this.marks[i] as number) - startMs;
    }
  }
}
