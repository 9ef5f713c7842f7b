// The dialogue of the embedded target: what it answers to RCPT and to the final dot, and its account
// of what it answered.
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { ContentFilter } from '../../tuning/tuning.ts';
import type { Certificate } from '../../world/certificate.ts';
import { PromptServer, type Socket } from '../../world/prompt-server.ts';
import { scan } from '../scan.ts';
import type { Message } from './deliverer.ts';
import { Session, type SessionWatch } from './session.ts';
import { type CountedCheck, firstObjection } from './stages/rcpt.ts';
import type { Objection, StageCount } from './stages/stage-book.ts';

const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

export interface Dialogue {
  readonly domain: string;
  readonly checks: readonly CountedCheck[];
  readonly contentFilter: { readonly load: ContentFilter; readonly count: StageCount } | undefined;
  /** Undefined: STARTTLS is not offered. */
  readonly certificate: Certificate | undefined;
  readonly xclient: boolean;
  /** Takes a message over, before its 250. @returns what is answered instead where that fails */
  readonly accept: (message: Message) => Objection;
  readonly watch: SessionWatch;
}

type Done = (error?: Error | null) => void;

export class DialogueServer extends PromptServer {
  readonly #dialogue: Dialogue;
  /** Not by the sockets: STARTTLS takes everybody's listeners off them. */
  readonly #open = new Set<Session>();
  #onEmpty: () => void = () => undefined;
  /** Whose a socket is, where that was found out before. */
  readonly #clients = new WeakMap<Socket, string>();

  constructor(dialogue: Dialogue) {
    const { certificate, xclient } = dialogue;
    // Tickets for resumption are the TLS library's default: one context serves all connections.
    super({
      size: MAX_MESSAGE_BYTES,
      useXClient: xclient,
      ...certificate,
    });
    this.#dialogue = dialogue;
    this.onMailFrom = (_address, _session, callback) => callback();
    this.onRcptTo = ({ address }, session, callback) => this.#onRcpt(address, session, callback);
    this.onData = (stream, session, callback) => this.#onData(stream, session, callback);
  }

  protected override makeConnection(socket: Socket, id: string): Session {
    const { watch } = this.#dialogue;
    const client = this.#clients.get(socket);
    const session = new Session(this, { socket, id, client }, watch, (closed) => {
      this.#open.delete(closed);
      if (this.#open.size === 0) this.#onEmpty();
    });
    this.#open.add(session);
    return session;
  }

  /** @param client whose the connection is, where somebody has found that out already */
  serve(socket: Socket, client: string | undefined): void {
    if (client !== undefined) this.#clients.set(socket, client);
    this.connect(socket);
  }

  /** Sends everybody away who is being served, in so long at most; resolves when they are gone. */
  async dismissAll(limitMs: number): Promise<void> {
    for (const session of [...this.#open]) session.dismiss();
    if (this.#open.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      timer = setTimeout(resolve, limitMs);
    });
    clearTimeout(timer);
  }

  cutAll(): void {
    for (const session of this.#open) session.destroy();
  }

  #onRcpt(address: string, session: SMTPServerSession, callback: Done): void {
    const { mailFrom } = session.envelope;
    const objection = firstObjection(this.#dialogue.checks, {
      client: session.remoteAddress,
      helo: session.hostNameAppearsAs || '',
      reversePath: mailFrom ? mailFrom.address : '',
      // RFC 5321 §4.1.1.3: a postmaster without a domain is this domain's.
      recipient: address.includes('@') ? address : `${address}@${this.#dialogue.domain}`,
    });
    if (objection instanceof Promise) objection.then((reply) => callback(asError(reply)));
    else callback(asError(objection));
  }

  #onData(stream: SMTPServerDataStream, session: SMTPServerSession, callback: Done): void {
    const { mailFrom, rcptTo } = session.envelope;
    const chunks: Buffer[] = [];
    // Past the limit the rest is read and dropped; the library then answers 552.
    stream.on('data', (chunk: Buffer) => {
      if (!stream.sizeExceeded) chunks.push(chunk);
    });
    stream.on('error', () => undefined);
    stream.on('end', async () => {
      if (stream.sizeExceeded) return callback();
      const { contentFilter } = this.#dialogue;
      await contentFilter?.count.measure(() => scan(contentFilter.load));
      const objection = this.#dialogue.accept({
        reversePath: mailFrom ? mailFrom.address : '',
        recipients: rcptTo.map(({ address }) => address),
        raw: Buffer.concat(chunks),
      });
      callback(asError(objection));
    });
  }
}

/** The library's form of a reply. Without Error's stack: thousands a second, and none is a failure. */
function asError(reply: Objection): Error | null {
  if (!reply) return null;
  return Object.assign(Object.create(Error.prototype) as Error, {
    message: reply.text,
    responseCode: reply.code,
  });
}
