// One served connection: counts its negative replies for the error limit and the totals, and tells
// when its worker is free again, which is when the server hangs up, not when the client notices.
import { PromptConnection, type PromptServer, type Socket } from '../../world/prompt-server.ts';

export interface SessionWatch {
  readonly errorLimit: number;
  /** The banner was sent. */
  onGreeting(): void;
  onRcptReject(code: number): void;
  /** Once per session. `silent`: the client never said anything. */
  onEnd(silent: boolean): void;
}

export class Session extends PromptConnection {
  readonly #watch: SessionWatch;
  #errors = 0;
  #silent = true;
  #ended = false;
  /** The command that is being answered; empty between commands. */
  #command = '';

  constructor(server: PromptServer, socket: Socket, id: string, watch: SessionWatch) {
    super(server, socket, { id });
    this.#watch = watch;
  }

  override _sendGreeting(): void {
    super._sendGreeting();
    this.#watch.onGreeting();
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    this.#silent = false;
    this.#command = command.toString('latin1', 0, 4).toUpperCase();
    if (this.#errors >= this.#watch.errorLimit) {
      this.send(421, '4.7.0 Error: too many errors');
      return;
    }
    // The library hangs up after ten unknown commands, whatever the error limit: that one decides here.
    this._unrecognizedCommands = 0;
    super._onCommand(command, () => {
      this.#command = '';
      callback?.();
    });
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    if (code >= 400) {
      this.#errors += 1;
      if (this.#command === 'RCPT') this.#watch.onRcptReject(code);
    }
    super.send(code, data, context);
    // RFC 7504 §2; the library hangs up after 421 by itself.
    if (code === 521) this.close();
  }

  override close(): void {
    super.close();
    this.#end();
  }

  override _onClose(): void {
    super._onClose();
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#watch.onEnd(this.#silent);
  }
}
