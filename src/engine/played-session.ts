// A client session with what the load engine knows of it. Pooled: one object plays many sessions.

import { secure } from '../guard/guard.ts';
import { makeWire } from '../guard/make-wire.ts';
import type { Destination, Wire } from '../guard/wire.ts';
import type { Waits } from '../smtp/client-connection.ts';
import type { Introduction } from '../smtp/client-greeting.ts';
import { ClientSession } from '../smtp/client-session.ts';
import type { Script } from '../smtp/script.ts';
import type { SessionHost, SessionSocket } from '../smtp/session-host.ts';
import { TLS_USES } from '../smtp/session-record.ts';
import { END_STATES, STAGES } from '../smtp/stage.ts';
import type { Attempt } from './attempt.ts';
import { COLUMN } from './outcome.ts';
import { NOWHERE, type Waiting } from './timer-wheel.ts';
import type { TlsSessions } from './tls-sessions.ts';

const STATE_INDEX = new Map(END_STATES.map((state, i) => [state, i]));
const STAGE_NUMBER = new Map(STAGES.map((stage, i) => [stage, i]));

/** Where a session goes, and what it is there. */
export interface Way extends Destination, Waits {
  readonly introduction: Introduction | undefined;
}

/** Who plays sessions. */
export interface SessionPlayer extends SessionHost {
  /** The thread is awake at a moment on the machine's clock: something may be due. */
  onAwake(atMs: number): void;
}

export class PlayedSession extends ClientSession implements Waiting {
  attempt: Attempt | undefined;
  startedMs = 0;
  /** Position among the active sessions. */
  place = -1;
  dueMs = 0;
  slot = NOWHERE;
  previous: Waiting | undefined;
  following: Waiting | undefined;
  private recipients = 0;
  private dead = 0;
  private readonly wire: Wire;

  constructor(player: SessionPlayer) {
    super(player);
    this.wire = makeWire((bytes, length) => {
      this.read(bytes, length);
      player.onAwake(this.atMs);
    });
  }

  /** Connects and plays; the host's onEnd follows in any case. `script`: with all its recipients. */
  play(attempt: Attempt, script: Script, way: Way, startedMs: number): void {
    this.attempt = attempt;
    this.recipients = script.recipients.length;
    this.dead = script.dead ?? 0;
    this.startedMs = startedMs;
    this.wire.connect(way);
    this.begin(this.wire, narrowed(script, attempt), way, way.introduction);
  }

  /** Recipients of this attempt. */
  get tried(): number {
    return this.script.recipients.length;
  }

  /** Goes on in TLS, resuming a session of the same host where there is one. */
  secureWith(sessions: TlsSessions): SessionSocket {
    const host = this.attempt?.host ?? 0;
    const tls = secure(this.wire.asSocket(), sessions.get(host));
    tls.on('session', (session) => sessions.set(host, session));
    tls.on('secureConnect', () => this.onSecured(tls.isSessionReused()));
    tls.on('data', (chunk) => this.read(chunk, chunk.length));
    tls.on('error', (error: NodeJS.ErrnoException) => this.onInsecure(error.code));
    return tls;
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
    rows[offset + COLUMN.recipients] = this.recipients;
    rows[offset + COLUMN.dead] = this.dead;
    rows[offset + COLUMN.asked] = this.fates.length;
    rows[offset + COLUMN.taken] = this.countFates(2);
    rows[offset + COLUMN.denied] = this.countFates(5);
    rows[offset + COLUMN.nullPath] = this.script.reversePath === '' ? 1 : 0;
    rows[offset + COLUMN.tls] = TLS_USES.indexOf(this.tls);
    for (let i = 0; i < this.marks.length; i += 1) {
      rows[offset + COLUMN.marks + i] = (this.marks[i] as number) - startMs;
    }
  }

  private countFates(digit: number): number {
    let count = 0;
    for (const code of this.fates) if (Math.floor(code / 100) === digit) count += 1;
    return count;
  }
}

/** The script as a later attempt plays it. */
function narrowed(script: Script, { remaining, inClear }: Attempt): Script {
  if (!remaining && !inClear) return script;
  const recipients = remaining?.map((place) => script.recipients[place] ?? '');
  return {
    ...script,
    starttls: script.starttls === true && !inClear,
    recipients: recipients ?? script.recipients,
  };
}
