// Form letters: a message built for one host that any host can send. It is cut wherever it names its
// host or the host's domain, and a session fills in its own, so that greeting, envelope and message
// agree without a message being built or kept for every host.

import { mailDomain } from './host-name.ts';
import type { Letter } from './letters.ts';

/** A letter with blanks, as the host sends it. */
export type FormLetter = (host: string) => Required<Letter>;

type Piece = Uint8Array | 'host' | 'domain';

/** `host`: the one that the letter was built for. */
export function formLetter(letter: Letter, host: string): FormLetter {
  const message = cutAll(letter.message, host);
  const chunk = letter.chunk && cutAll(letter.chunk, host);
  return (name) => {
    const names = { host: Buffer.from(name), domain: Buffer.from(mailDomain(name)) };
    const fill = (piece: Piece) => (typeof piece === 'string' ? names[piece] : piece);
    return {
      message: message.map(fill),
      chunk: chunk?.map(fill),
      eightBit: letter.eightBit ?? false,
    };
  };
}

function cutAll(parts: readonly Uint8Array[] | undefined, host: string): Piece[] {
  return (parts ?? []).flatMap((part) => cut(part, host));
}

function cut(part: Uint8Array, host: string): Piece[] {
  // One character per octet, so that places in the text are places in the bytes.
  const text = Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1');
  const domain = mailDomain(host);
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = text.indexOf(domain); at !== -1; at = text.indexOf(domain, from)) {
    const whole = text.startsWith(host, at - (host.length - domain.length));
    const start = whole ? at - (host.length - domain.length) : at;
    if (start > from) pieces.push(part.subarray(from, start));
    pieces.push(whole ? 'host' : 'domain');
    from = at + domain.length;
  }
  if (from < part.byteLength) pieces.push(part.subarray(from));
  return pieces;
}
