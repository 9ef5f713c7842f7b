// Plays a script with the client session of a real run against a server in memory, on a clock that
// jumps from one event to the next, and writes down who said what in which order.
import type { Waits } from '../../smtp/client-connection.ts';
import { ClientSession } from '../../smtp/client-session.ts';
import type { Script } from '../../smtp/script.ts';
import type { HostedSession, SessionHost, SessionSocket } from '../../smtp/session-host.ts';
import type { EndState } from '../../smtp/stage.ts';
import type { Heard, UsualServer } from './usual-server.ts';

export type Turn =
  | { readonly by: 'client'; readonly heard: Heard }
  /** `to`: the command or message that is answered; undefined for the banner. */
  | { readonly by: 'server'; readonly lines: readonly string[]; readonly to: Heard | undefined }
  | { readonly by: 'nobody'; readonly event: 'TLS' | 'the client hangs up' };

export interface Dialogue {
  readonly turns: readonly Turn[];
  readonly state: EndState;
  /** Round trips and pauses; the server takes no time. */
  readonly tookMs: number;
}

export function playDialogue(script: Script, waits: Waits, server: UsualServer): Dialogue {
  return new Conversation(server).play(script, waits);
}

/** Both the session's host and its socket. */
class Conversation implements SessionHost, SessionSocket {
  bytesRead = 0;
  bytesWritten = 0;
  private readonly server: UsualServer;
  private readonly turns: Turn[] = [];
  /** What happens next, in order. */
  private readonly due: (() => void)[] = [];
  private readonly listeners = new Map<string, () => void>();
  private readonly session = new ClientSession(this);
  private now = 0;
  private over = false;

  constructor(server: UsualServer) {
    this.server = server;
  }

  play(script: Script, waits: Waits): Dialogue {
    this.session.begin(this, script, waits);
    // The banner is under way when the connection stands: who talks before it has not seen it.
    this.due.push(() => this.say(this.server.banner, undefined));
    this.listeners.get('connect')?.();
    while (!this.over) {
      const step = this.due.shift();
      if (!step) throw new Error('a client waits for what the server has not understood');
      step();
    }
    return { turns: this.turns, state: this.session.state, tookMs: this.now };
  }

  nowMs(): number {
    return this.now;
  }

  thinkThenSend(session: HostedSession, delayMs: number): void {
    this.due.push(() => {
      this.now += delayMs;
      session.send();
    });
  }

  secure(session: HostedSession, socket: SessionSocket): SessionSocket {
    this.turns.push({ by: 'nobody', event: 'TLS' });
    this.server.onSecured();
    this.due.push(() => session.onSecured(false));
    return socket;
  }

  onEnd(): void {
    this.over = true;
  }

  write(data: string | Uint8Array, encoding?: BufferEncoding): boolean {
    const bytes = typeof data === 'string' ? Buffer.from(data, encoding) : data;
    this.bytesWritten += bytes.length;
    for (const { heard, reply } of this.server.hear(bytes)) {
      this.turns.push({ by: 'client', heard });
      if (reply !== '') this.due.push(() => this.say(reply, heard));
    }
    return true;
  }

  cork(): void {}
  uncork(): void {}

  on(event: string, listener: (error: NodeJS.ErrnoException) => void): this {
    // Nothing fails here: the listener for errors is never called.
    this.listeners.set(event, listener as () => void);
    return this;
  }

  destroy(): void {
    const last = this.turns.at(-1);
    const farewell = last?.by === 'server' && last.lines[0]?.startsWith('221');
    if (!farewell) this.turns.push({ by: 'nobody', event: 'the client hangs up' });
    this.listeners.get('close')?.();
  }

  private say(reply: string, to: Heard | undefined): void {
    this.turns.push({ by: 'server', lines: reply.trimEnd().split('\r\n'), to });
    const bytes = Buffer.from(reply, 'latin1');
    this.bytesRead += bytes.length;
    this.session.read(bytes, bytes.length);
  }
}
