// A mail server for tests on 127.0.0.1: real sockets, with what it does at each stage set by the test.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export interface Behaviour {
  /** Milliseconds before the reply to each stage. */
  readonly delays?: Partial<Record<Verb | 'banner', number>>;
  /** What is said instead of the usual. `null`: nothing, ever. */
  readonly replies?: Partial<Record<Verb | 'banner', string | null>>;
  /** Called with each connection before the banner; false: the test takes care of it. */
  readonly onConnection?: (socket: Socket) => boolean;
}
/** `STAR` is STARTTLS; it is known where a test says so. */
export type Verb = 'EHLO' | 'HELO' | 'STAR' | 'MAIL' | 'RCPT' | 'DATA' | 'BODY' | 'QUIT';

const USUAL: Readonly<Record<Verb | 'banner', string>> = {
  banner: '220 scripted.test ESMTP',
  EHLO: '250-scripted.test\r\n250 PIPELINING',
  HELO: '250 scripted.test',
  STAR: '502 5.5.1 what?',
  MAIL: '250 2.1.0 ok',
  RCPT: '550 5.1.1 no such user',
  DATA: '354 go on',
  BODY: '250 2.0.0 taken',
  QUIT: '221 2.0.0 bye',
};

export class ScriptedServer {
  readonly counts: Partial<Record<Verb | 'connections', number>> = {};
  /** While frozen nothing is answered; what came meanwhile is answered in order at the thaw. */
  private thaw: (() => void)[] | undefined;
  private readonly behaviour: Behaviour;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  constructor(behaviour: Behaviour = {}) {
    this.behaviour = behaviour;
    this.server = createServer((socket) => this.serve(socket));
  }

  async listen(): Promise<{ host: string; port: number }> {
    await new Promise<void>((resolve) => {
      this.server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve);
    });
    return { host: '127.0.0.1', port: (this.server.address() as AddressInfo).port };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  freeze(): void {
    this.thaw ??= [];
  }

  unfreeze(): void {
    const waiting = this.thaw ?? [];
    this.thaw = undefined;
    for (const answer of waiting) answer();
  }

  private serve(socket: Socket): void {
    this.count('connections');
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
    if (this.behaviour.onConnection?.(socket) === false) return;
    let rest = '';
    let inData = false;
    let turn = Promise.resolve();
    const answer = (what: Verb | 'banner'): void => {
      turn = turn.then(() => this.answer(socket, what));
    };
    answer('banner');
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (;;) {
        const end = inData ? rest.indexOf('\r\n.\r\n') : rest.indexOf('\r\n');
        if (end < 0) return;
        const line = rest.slice(0, end);
        rest = rest.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          answer('BODY');
          continue;
        }
        const verb = line.slice(0, 4).toUpperCase() as Verb;
        const reply = this.reply(verb);
        if (verb === 'DATA' && reply?.startsWith('354')) {
          inData = true;
          // So that the end of an empty message is found as well.
          rest = `\r\n${rest}`;
        }
        answer(verb);
      }
    });
  }

  private async answer(socket: Socket, what: Verb | 'banner'): Promise<void> {
    if (what !== 'banner') this.count(what);
    const delay = this.behaviour.delays?.[what] ?? 0;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    if (this.thaw) await new Promise<void>((resolve) => this.thaw?.push(resolve));
    const reply = this.reply(what);
    if (reply === undefined) return;
    socket.write(`${reply}\r\n`);
    if (what === 'QUIT') socket.end();
  }

  private reply(what: Verb | 'banner'): string | undefined {
    const own = this.behaviour.replies?.[what];
    return own === null ? undefined : (own ?? USUAL[what] ?? '500 5.5.2 what?');
  }

  private count(what: Verb | 'connections'): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}
