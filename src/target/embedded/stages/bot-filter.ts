// `botFilter`: a client that nobody knows yet is tested before it may take a worker, as by postscreen
// (POSTSCREEN_README): who speaks before the banner is complete, or stands on the block list, is answered by
// the filter itself; who passes is handed on, and known from then on.
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../../../clock.ts';
import type { BotFilter } from '../../../tuning/tuning.ts';
import type { LocalNames, NameAnswer } from '../../../world/names/local-names.ts';
import { HOST_NAME, type Socket } from '../../../world/prompt-server.ts';
import { PROTOCOL_ERROR, ScreenDialogue } from './screen-dialogue.ts';
import type { Reply, StageBook, StageCount } from './stage-book.ts';

const BLOCK_LIST = 'dnsbl.test';
/** postscreen_{greet,dnsbl,pipelining}_ttl: how long who passed is known, the shortest of its tests. */
const DAY_MS = 86_400_000;
const TTL_MS = { greet: DAY_MS, dnsbl: DAY_MS / 24, deep: 30 * DAY_MS } as const;
/** postscreen_command_time_limit. */
const IDLE_MS = 300_000;
const MOST_KNOWN = 1_000_000;

export interface ScreenOptions {
  readonly filter: BotFilter;
  /** Needed for the block list only. */
  readonly names: LocalNames | undefined;
  readonly compress: number;
  /** Clients in the tests at once; others are told to come again. */
  readonly room: number;
  readonly serve: (socket: Socket, client: string) => void;
  readonly onGreeting: () => void;
  readonly onRcptReject: (code: number) => void;
  /** `silent`: the client was greeted and never said anything. */
  readonly onEnd: (silent: boolean) => void;
}

export class BotScreen {
  readonly #options: ScreenOptions;
  readonly #greet: StageCount | undefined;
  readonly #list: StageCount | undefined;
  readonly #deep: StageCount | undefined;
  readonly #ttlMs: number;
  /** Until when, in the order in which they passed. */
  readonly #known = new Map<string, number>();
  readonly #testing = new Set<Socket>();
  readonly counts = { pregreets: 0, listed: 0, hangups: 0, passedNew: 0, passedOld: 0 };

  constructor(options: ScreenOptions, book: StageBook) {
    const { greetWaitMs, dnsbl, deep } = options.filter;
    this.#options = options;
    this.#greet = greetWaitMs > 0 ? book.add('early-talker') : undefined;
    this.#list = dnsbl ? book.add('block-list') : undefined;
    this.#deep = deep ? book.add('protocol') : undefined;
    const ttls = [
      ...(greetWaitMs > 0 ? [TTL_MS.greet] : []),
      ...(dnsbl ? [TTL_MS.dnsbl] : []),
      ...(deep ? [TTL_MS.deep] : []),
    ];
    this.#ttlMs = Math.min(...ttls) / options.compress;
  }

  arrive(socket: Socket, client: string): void {
    if ((this.#known.get(client) ?? 0) > nowMs()) {
      this.counts.passedOld += 1;
      return this.#options.serve(socket, client);
    }
    if (this.#testing.size >= this.#options.room) {
      socket.on('error', () => undefined);
      socket.end('421 4.3.2 All server ports are busy\r\n');
      return;
    }
    void this.#test(socket, client);
  }

  /** Cuts off who is being tested. */
  close(): void {
    for (const socket of this.#testing) socket.destroy();
  }

  async #test(socket: Socket, client: string): Promise<void> {
    this.#testing.add(socket);
    const early = listenEarly(socket);
    const listing = this.#list?.measure(() => this.#options.names?.askOf('A', client, BLOCK_LIST));
    await this.#greet?.measure(() => this.#greetWait(socket));
    const listed = isListed(await listing);
    const heard = early.stop();
    if (early.isGone) {
      this.counts.hangups += 1;
      this.#leave(socket);
      return;
    }
    if (heard !== '') {
      this.counts.pregreets += 1;
      this.#greet?.refused(550);
    }
    if (listed) {
      this.counts.listed += 1;
      this.#list?.refused(550);
    }
    const verdict = heard !== '' ? PROTOCOL_ERROR : listed ? blocked(client) : undefined;
    if (!verdict && !this.#options.filter.deep) {
      this.#testing.delete(socket);
      this.#pass(client);
      return this.#options.serve(socket, client);
    }
    this.#converse(socket, client, verdict, heard);
  }

  /** Half a greeting first: who cannot wait for the other half takes it for the whole. */
  async #greetWait(socket: Socket): Promise<undefined> {
    socket.write(`220-${HOST_NAME} ESMTP\r\n`);
    await sleep(this.#options.filter.greetWaitMs, undefined, { ref: false });
    return undefined;
  }

  #pass(client: string): void {
    this.counts.passedNew += 1;
    this.#known.delete(client);
    this.#known.set(client, nowMs() + this.#ttlMs);
    for (const [oldest] of this.#known) {
      if (this.#known.size <= MOST_KNOWN) return;
      this.#known.delete(oldest);
    }
  }

  /** @param verdict absent: the client is only being watched */
  #converse(socket: Socket, client: string, verdict: Reply | undefined, heard: string): void {
    const { filter, onGreeting, onRcptReject, onEnd } = this.#options;
    const count = verdict ? undefined : this.#deep;
    let spoke = false;
    let wasJudged = false;
    const dialogue = new ScreenDialogue(
      HOST_NAME,
      filter.deep && verdict === undefined,
      verdict ?? COME_AGAIN,
      (code) => {
        count?.refused(code);
        onRcptReject(code);
        if (!verdict && !wasJudged && !dialogue.violation) this.#pass(client);
        wasJudged = true;
      },
    );
    const take = (text: string): void => {
      if (socket.writableEnded) return;
      spoke = true;
      const { lines, closes } = dialogue.take(text);
      if (lines.length > 0) socket.write(lines.map((line) => `${line}\r\n`).join(''));
      if (closes) socket.end();
    };
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#leave(socket);
      onEnd(!spoke);
    });
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('end', () => socket.end());
    onGreeting();
    count?.measure(() => undefined);
    socket.write(`220 ${HOST_NAME} ESMTP\r\n`);
    if (heard !== '') take(heard);
    socket.on('data', (chunk: Buffer) => take(chunk.toString('latin1'))).resume();
  }

  #leave(socket: Socket): void {
    this.#testing.delete(socket);
    socket.destroy();
  }
}

/** What a client says, and whether it leaves, before anybody has asked it. */
function listenEarly(socket: Socket): { readonly isGone: boolean; stop(): string } {
  let text = '';
  let isGone = false;
  const onData = (chunk: Buffer): void => {
    text += chunk.toString('latin1');
  };
  const onGone = (): void => {
    isGone = true;
  };
  socket.on('data', onData).on('end', onGone).on('close', onGone).on('error', onGone);
  return {
    get isGone() {
      return isGone;
    },
    stop: () => {
      socket.off('data', onData).off('end', onGone).off('close', onGone);
      if (isGone) socket.on('error', () => undefined);
      else socket.pause();
      socket.off('error', onGone);
      return text;
    },
  };
}

function isListed(answer: NameAnswer): boolean {
  return answer !== 'fault' && answer?.a !== undefined;
}

function blocked(client: string): Reply {
  const text = `5.7.1 Service unavailable; client [${client}] blocked using ${BLOCK_LIST}`;
  return { code: 550, text };
}

const COME_AGAIN: Reply = { code: 450, text: '4.3.2 Service currently unavailable' };
