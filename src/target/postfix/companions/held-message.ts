// The dialogue between Postfix and the server behind its filter, as the filter hears it: finds the messages in
// what the client says, whole. Pure.

/** What a client said, in its order: commands to hand on at once, and messages to look at first. */
export type Passage = { readonly kind: 'commands' | 'message'; readonly text: string };

/** The end of a message (RFC 5321 §4.1.1.4); an empty one begins with the dot's line. */
const END = '\r\n.\r\n';
const EMPTY = '.\r\n';

export class Dialogue {
  #state: 'commands' | 'asked' | 'message' = 'commands';
  #line = '';
  #message = '';
  #reply = '';

  /** Bytes as latin1, in any pieces. Postfix waits for the reply to DATA before it sends a message. */
  fromClient(text: string): Passage[] {
    if (this.#state !== 'message') return this.#commands(text);
    this.#message += text;
    const length = endOf(this.#message);
    if (length === undefined) return [];
    const message = this.#message.slice(0, length);
    const rest = this.#message.slice(length);
    this.#message = '';
    this.#state = 'commands';
    return [{ kind: 'message', text: message }, ...this.#commands(rest)];
  }

  #commands(text: string): Passage[] {
    if (text === '') return [];
    const lines = (this.#line + text).split('\r\n');
    this.#line = lines.pop() ?? '';
    if (lines.at(-1)?.toUpperCase() === 'DATA') this.#state = 'asked';
    return [{ kind: 'commands', text }];
  }

  fromServer(text: string): void {
    if (this.#state !== 'asked') return;
    this.#reply += text;
    if (!this.#reply.includes('\r\n')) return;
    this.#state = this.#reply.startsWith('354') ? 'message' : 'commands';
    this.#reply = '';
  }
}

function endOf(message: string): number | undefined {
  if (message.startsWith(EMPTY)) return EMPTY.length;
  const at = message.indexOf(END);
  return at < 0 ? undefined : at + END.length;
}
