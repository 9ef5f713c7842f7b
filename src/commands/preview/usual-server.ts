// The other side of a previewed dialogue: a mail server in memory that offers what servers usually offer
// and takes all that it is given. Knows no time and no socket.

/** What the client said, and the answer: whole lines, or nothing. */
export interface Exchange {
  readonly heard: Heard;
  readonly reply: string;
}

/** A command without its line end, or a message as it went over the wire, without the final dot. */
export type Heard =
  | { readonly line: string }
  | { readonly message: Buffer; readonly by: 'DATA' | 'BDAT' };

const OFFERS = ['PIPELINING', 'SIZE 10240000', 'STARTTLS', '8BITMIME', 'CHUNKING'];
const REPLIES: Readonly<Record<string, string>> = {
  STARTTLS: '220 2.0.0 go ahead',
  MAIL: '250 2.1.0 sender ok',
  RCPT: '250 2.1.5 recipient ok',
  DATA: '354 end with a dot on a line of its own',
  BDAT: '',
  RSET: '250 2.0.0 reset',
  QUIT: '221 2.0.0 bye',
};
const TAKEN = '250 2.0.0 taken\r\n';
const EMPTY = Buffer.from('.\r\n');
const END = Buffer.from('\r\n.\r\n');

export class UsualServer {
  private readonly name: string;
  private readonly knowsRecipients: boolean;
  private rest: Buffer = Buffer.alloc(0);
  private inData = false;
  /** Bytes of a BDAT chunk that is awaited. */
  private chunkBytes: number | undefined;
  private encrypted = false;

  /** `knowsRecipients`: false refuses every recipient. */
  constructor(name: string, knowsRecipients = true) {
    this.name = name;
    this.knowsRecipients = knowsRecipients;
  }

  get banner(): string {
    return `220 ${this.name} ESMTP\r\n`;
  }

  /** TLS stands: it is not offered again (RFC 3207 §4.2). */
  onSecured(): void {
    this.encrypted = true;
  }

  /** All that these bytes complete. */
  hear(bytes: Uint8Array): Exchange[] {
    this.rest = Buffer.concat([this.rest, bytes]);
    const exchanges: Exchange[] = [];
    for (let next = this.takeNext(); next; next = this.takeNext()) exchanges.push(next);
    return exchanges;
  }

  private takeNext(): Exchange | undefined {
    if (this.inData) return this.takeMessage();
    if (this.chunkBytes !== undefined) return this.takeChunk(this.chunkBytes);
    const end = this.rest.indexOf('\r\n');
    if (end < 0) return undefined;
    const line = this.take(end, 2).toString('latin1');
    return { heard: { line }, reply: this.answer(line) };
  }

  private takeMessage(): Exchange | undefined {
    const empty = this.rest.subarray(0, EMPTY.length).equals(EMPTY);
    const end = empty ? 0 : this.rest.indexOf(END) + 2;
    if (!empty && end < 2) return undefined;
    this.inData = false;
    return { heard: { message: this.take(end, EMPTY.length), by: 'DATA' }, reply: TAKEN };
  }

  private takeChunk(bytes: number): Exchange | undefined {
    if (this.rest.length < bytes) return undefined;
    this.chunkBytes = undefined;
    return { heard: { message: this.take(bytes, 0), by: 'BDAT' }, reply: TAKEN };
  }

  private take(bytes: number, separator: number): Buffer {
    const taken = this.rest.subarray(0, bytes);
    this.rest = this.rest.subarray(bytes + separator);
    return taken;
  }

  private answer(line: string): string {
    const [verb = '', size = ''] = line.toUpperCase().split(' ');
    this.inData = verb === 'DATA';
    if (verb === 'BDAT') this.chunkBytes = Number(size);
    if (verb === 'HELO') return `250 ${this.name}\r\n`;
    if (verb === 'EHLO') return this.offers();
    if (verb === 'RCPT' && !this.knowsRecipients) return '550 5.1.1 no such mailbox\r\n';
    const reply = REPLIES[verb] ?? '500 5.5.2 what?';
    return reply === '' ? '' : `${reply}\r\n`;
  }

  private offers(): string {
    const offers = OFFERS.filter((offer) => offer !== 'STARTTLS' || !this.encrypted);
    return [this.name, ...offers]
      .map((line, i) => `250${i === offers.length ? ' ' : '-'}${line}\r\n`)
      .join('');
  }
}
