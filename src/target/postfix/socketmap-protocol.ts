// Postfix' socketmap protocol (socketmap_table(5)): requests `name key` and replies, both as
// netstrings (`length:bytes,`). Pure.

export interface SocketmapRequest {
  readonly map: string;
  readonly key: string;
}

/** Postfix itself refuses replies above 100,000 bytes. */
const LONGEST = 100_000;

/** Takes the bytes as they come, in any pieces, and yields each complete request. */
export class SocketmapDecoder {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): SocketmapRequest[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const requests: SocketmapRequest[] = [];
    for (let text = this.#next(); text !== undefined; text = this.#next()) {
      const space = text.indexOf(' ');
      if (space < 0) throw new Error('socketmap request without a key');
      requests.push({ map: text.slice(0, space), key: text.slice(space + 1) });
    }
    return requests;
  }

  #next(): string | undefined {
    const colon = this.#rest.indexOf(':');
    const digits = this.#rest.toString('latin1', 0, colon < 0 ? undefined : colon);
    if (!/^\d{0,6}$/.test(digits) || Number(digits) > LONGEST || colon === 0) {
      throw new Error('not a netstring');
    }
    if (colon < 0) return undefined;
    const end = colon + 1 + Number(digits);
    if (this.#rest.length <= end) return undefined;
    if (this.#rest[end] !== 0x2c) throw new Error('netstring without its comma');
    const text = this.#rest.toString('utf8', colon + 1, end);
    this.#rest = this.#rest.subarray(end + 1);
    return text;
  }
}

export function encodeNetstring(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${bytes.length}:`), bytes, Buffer.from(',')]);
}
