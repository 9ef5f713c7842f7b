// One served connection: whose it is, its negative replies for the error limit and the totals, and when
// its worker is free again, which is when the server hangs up, not when the client notices.
import { PromptConnection, type PromptServer, type Socket } from '../../world/prompt-server.ts';
import { readProxyHeader } from './proxied-socket.ts';

export interface SessionWatch {
  readonly errorLimit: number;
  /** Before the banner the client's address is read from a header of the PROXY protocol. */
  readonly proxied: boolean;
  /** The banner was sent. */
  onGreeting(): void;
  onRcptReject(code: number): void;
  /** Once per session. `silent`: the client was greeted and never said anything. */
  onEnd(silent: boolean): void;
}

export class Session extends PromptConnection {
  readonly #watch: SessionWatch;
  readonly #onClosed: (session: Session) => void;
  #errors = 0;
  #greeted = false;
  #silent = true;
  #ended = false;
  /** The command that is being answered; empty between commands. */
  #command = '';

  /** @param onClosed called when the connection is gone for the client too */
  constructor(
    server: PromptServer,
    socket: Socket,
    id: string,
    watch: SessionWatch,
    onClosed: (session: Session) => void,
  ) {
    super(server, socket, { id });
    this.#watch = watch;
    this.#onClosed = onClosed;
  }

  override init(): void {
    if (!this.#watch.proxied) return super.init();
    readProxyHeader(this._socket, (header) => {
      if (header.kind === 'gone') return this._onClose();
      if (header.kind === 'invalid') return this._setListeners(() => this.#refuse());
      this.remoteAddress = header.client ?? this.remoteAddress;
      super.init();
    });
  }

  /** In Postfix' words, and like there a session: it had an answer in the banner's place. */
  #refuse(): void {
    this.#watch.onGreeting();
    this.send(421, `4.3.0 ${this.name} Server local error`);
  }

  /** XCLIENT has the library greet once more: the same session all the same. */
  override _sendGreeting(): void {
    super._sendGreeting();
    if (!this.#greeted) this.#watch.onGreeting();
    this.#greeted = true;
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
    // As in Postfix: a message that was taken wipes the errors out.
    if (context === 'DATA_OK') this.#errors = 0;
    if (code < 400) return;
    this.#errors += 1;
    if (this.#command === 'RCPT') this.#watch.onRcptReject(code);
    // RFC 7504 §2; the library hangs up after 421 by itself.
    if (code === 521) this.close();
    else if (code !== 421 && this.#errors >= this.#watch.errorLimit) {
      // At once, not in answer to the next command.
      super.send(421, `4.7.0 ${this.name} Error: too many errors`);
    }
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
    this.#watch.onEnd(this.#greeted && this.#silent);
  }
}
