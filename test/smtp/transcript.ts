// Plays a session against a transcript: what the server says, and what the client must have written.

import { expect } from 'vitest';
import type { Waits } from '../../src/smtp/client-connection.ts';
import type { Introduction } from '../../src/smtp/client-greeting.ts';
import { ClientSession } from '../../src/smtp/client-session.ts';
import type { Script } from '../../src/smtp/script.ts';
import type { HostedSession, SessionHost, SessionSocket } from '../../src/smtp/session-host.ts';

const SCRIPT: Script = {
  helo: 'mx.sender.example',
  greeting: 'EHLO',
  pipelining: false,
  reversePath: '',
  recipients: ['jslopez@xman.test'],
  message: [Buffer.from('Subject: x\r\n\r\nbody\r\n')],
  quit: 'wait',
};

/** A socket that is driven by the test and writes into a list. */
class ScriptedSocket implements SessionSocket {
  written = '';
  bytesRead = 0;
  destroyed = false;
  private readonly listeners = new Map<string, (error: NodeJS.ErrnoException) => void>();

  get bytesWritten(): number {
    return this.written.length;
  }
  write(data: string | Uint8Array): boolean {
    this.written += typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
    return true;
  }
  cork(): void {}
  uncork(): void {}
  on(event: string, listener: (error: NodeJS.ErrnoException) => void): this {
    this.listeners.set(event, listener);
    return this;
  }
  destroy(): void {
    this.destroyed = true;
  }
  emit(event: string, error: NodeJS.ErrnoException = new Error('none')): void {
    this.listeners.get(event)?.(error);
  }
}

export class Stage implements SessionHost {
  now = 0;
  ended = 0;
  readonly socket = new ScriptedSocket();
  readonly session = new ClientSession(this);
  private thinking: { at: number } | undefined;

  constructor(
    script: Partial<Script> = {},
    waits: Partial<Waits> = {},
    introduction?: Introduction,
  ) {
    this.session.begin(
      this.socket,
      { ...SCRIPT, ...script },
      {
        roundTripMs: 0,
        patienceMs: 30_000,
        bannerPatienceMs: waits.patienceMs ?? 30_000,
        ...waits,
      },
      introduction,
    );
  }

  nowMs(): number {
    return this.now;
  }
  thinkThenSend(_session: unknown, delayMs: number): void {
    this.thinking = { at: this.now + delayMs };
  }
  /** What is written from now on is marked, as if it were encrypted. */
  secure(session: HostedSession, socket: SessionSocket): SessionSocket {
    expect(session).toBe(this.session);
    expect(socket).toBe(this.socket);
    this.socket.written += '[TLS]';
    return socket;
  }
  onEnd(): void {
    this.ended += 1;
  }

  connect(): this {
    this.socket.emit('connect');
    return this;
  }
  /** The server's bytes; the client's answer since then. */
  says(bytes: string): string {
    const before = this.socket.written.length;
    const chunk = Buffer.from(bytes, 'latin1');
    this.socket.bytesRead += chunk.length;
    this.session.read(chunk, chunk.length);
    return this.socket.written.slice(before);
  }
  /** Lets time pass; the client's words meanwhile. */
  passes(ms: number): string {
    const before = this.socket.written.length;
    this.now += ms;
    if (this.thinking && this.thinking.at <= this.now) {
      this.thinking = undefined;
      this.session.send();
    }
    this.session.checkPatience(this.now);
    return this.socket.written.slice(before);
  }
  /** The connection is gone. */
  closes(error?: string): this {
    if (error) this.socket.emit('error', Object.assign(new Error(error), { code: error }));
    this.socket.emit('close');
    return this;
  }
  /** `state at stage code` */
  get outcome(): string {
    const { state, stage, code } = this.session;
    return `${state} at ${stage} ${code}`;
  }
}
