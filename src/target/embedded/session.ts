// One served connection: whose it is, its negative replies for the error limit and the totals, and when
// its worker is free again, which is when the server hangs up, not when the client notices.
import {
  HOST_NAME,
  PromptConnection,
  type PromptServer,
  type Socket,
} from '../../world/prompt-server.ts';
import { readProxyHeader } from './proxied-socket.ts';
import type { Reply } from './stages/stage-book.ts';
import type { Patience } from './stress.ts';

export interface SessionWatch {
  /** Of a session that begins now. */
  patience(): Patience;
  /** Before the banner the client's address is read from a header of the PROXY protocol. */
  readonly proxied: boolean;
  /** The banner was sent. */
  onGreeting(): void;
  onRcptReject(code: number): void;
  /** The client says after the greeting whose the connection is. */
  readonly xclient: boolean;
  /** Before the greeting; absent: the client's name is not asked for. */
  readonly findName: ((client: string) => unknown) | undefined;
  /** What keeps this client from being served; it counts as one of its connections all the same. */
  enter(client: string): Reply | undefined;
  /** A connection that entered is over. */
  leave(client: string): void;
  onTooManyErrors(): void;
  /** Once per session. `silent`: the client was greeted and never said anything. */
  onEnd(silent: boolean): void;
}

/** In Postfix' words. */
const UNREADABLE: Reply = { code: 421, text: `4.3.0 ${HOST_NAME} Server local error` };

export class Session extends PromptConnection {
  readonly #watch: SessionWatch;
  readonly #onClosed: (session: Session) => void;
  readonly #patience: Patience;
  readonly #known: boolean;
  /** Who was counted as a client. */
  #entered: string | undefined;
  #errors = 0;
  #greeted = false;
  #silent = true;
  #leaving = false;
  #ended = false;
  /** The command that is being answered; empty between commands. */
  #command = '';

  /**
   * @param client where somebody has found out already whose the connection is
   * @param onClosed called when the connection is gone for the client too
   */
  constructor(
    server: PromptServer,
    { socket, id, client }: { socket: Socket; id: string; client: string | undefined },
    watch: SessionWatch,
    onClosed: (session: Session) => void,
  ) {
    super(server, socket, { id });
    this.#watch = watch;
    this.#onClosed = onClosed;
    this.#patience = watch.patience();
    this.#known = client !== undefined;
    this.remoteAddress = client ?? this.remoteAddress;
  }

  override init(): void {
    if (!this.#watch.proxied || this.#known) return this.#begin();
    readProxyHeader(this._socket, (header) => {
      if (header.kind === 'gone') return this._onClose();
      if (header.kind === 'invalid') return this._setListeners(() => this.#refuse(UNREADABLE));
      this.remoteAddress = header.client ?? this.remoteAddress;
      this.#begin();
    });
  }

  #begin(): void {
    super.init();
    this._socket.setTimeout(this.#patience.idleMs);
  }

  override connectionReady(next?: () => void): void {
    const { xclient, findName } = this.#watch;
    const objection = xclient ? undefined : this.#enter();
    if (objection) {
      this.#greeted = true;
      return this.#refuse(objection);
    }
    const finding = findName?.(this.remoteAddress);
    if (!(finding instanceof Promise)) return super.connectionReady(next);
    void finding.then(() => {
      if (!this.#ended) super.connectionReady(next);
    });
  }

  /** Of the client that the connection stands for. @returns what it is told instead of a greeting */
  #enter(): Reply | undefined {
    this.#leave();
    this.#entered = this.remoteAddress;
    return this.#watch.enter(this.remoteAddress);
  }

  #leave(): void {
    if (this.#entered !== undefined) this.#watch.leave(this.#entered);
    this.#entered = undefined;
  }

  /** Like in Postfix a session: it had an answer in the banner's place. */
  #refuse({ code, text }: Reply): void {
    this.#watch.onGreeting();
    this.send(code, text, false);
  }

  /** XCLIENT has the library greet once more: the same session all the same. */
  override _sendGreeting(): void {
    if (!this.#greeted) this.#watch.onGreeting();
    else {
      const objection = this.#enter();
      if (objection) return this.send(objection.code, objection.text, false);
    }
    this.#greeted = true;
    super._sendGreeting();
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    // What the library makes of half a line when the client hangs up is no command.
    if (!this._socket.readableEnded) this.#silent = false;
    this.#command = command.toString('latin1', 0, 4).toUpperCase();
    // The library hangs up after ten unknown commands, whatever the error limit: that one decides here.
    this._unrecognizedCommands = 0;
    super._onCommand(command, () => {
      this.#command = '';
      callback?.();
    });
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    super.send(code, data, context);
    // With these three the connection ends anyway.
    if (this.#leaving && ![221, 421, 521].includes(code) && this.#isIdle()) this.#dismiss();
    // As in Postfix: a message that was taken wipes the errors out.
    if (context === 'DATA_OK') this.#errors = 0;
    if (code < 400) return;
    this.#errors += 1;
    if (this.#command === 'RCPT') this.#watch.onRcptReject(code);
    // RFC 7504 §2; the library hangs up after 421 by itself.
    if (code === 521) this.close();
    else if (code !== 421 && this.#errors >= this.#patience.errorLimit) {
      this.#watch.onTooManyErrors();
      // At once, not in answer to the next command.
      super.send(421, `4.7.0 ${this.name} Error: too many errors`);
    }
  }

  /** The server shuts down: what is under way gets its answer, and then, or at once, 421 (RFC 5321 §3.8). */
  dismiss(): void {
    this.#leaving = true;
    if (!this.#greeted) this.destroy();
    else if (this.#command === '' && this.#isIdle()) this.#dismiss();
  }

  /** No message is coming in, and no TLS handshake, into which nobody may write. */
  #isIdle(): boolean {
    return !this._dataStream && !this._upgrading && this.#command !== 'STAR';
  }

  #dismiss(): void {
    if (!this.#ended) super.send(421, `4.3.2 ${this.name} Service shutting down`);
  }

  override close(): void {
    super.close();
    this.#end();
  }

  override _onClose(): void {
    super._onClose();
    this.#end();
    this.#onClosed(this);
  }

  /** Cuts the client off. */
  destroy(): void {
    this._socket.destroy();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#leave();
    this.#watch.onEnd(this.#greeted && this.#silent);
  }
}
