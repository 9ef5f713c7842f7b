// MIME messages as text, one character per octet: a head line by line, as its dialect writes it, parts
// between lines of a boundary. Made at once: hundreds of them are built before a run, where nodemailer's
// streams would cost ten times as much.

import { wrap as wrapBase64 } from 'nodemailer/lib/base64';
import { encode, wrap } from 'nodemailer/lib/qp';

export const CRLF = '\r\n';

/**
 * What a part says that has lines of 8 bits, and each that encloses it (RFC 2045 §6.4); a multipart's other
 * parts need not.
 */
export const EIGHT_BIT_FIELD = 'Content-Transfer-Encoding: 8bit';

/** Text in UTF-8, one character per octet, as messages are put together here. */
export function utf8Octets(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** A part that stands as written: its head line by line, an empty line, its content by octets. */
export function rawPart(head: readonly string[], content: string): string {
  return [...head, '', content].join(CRLF);
}

/** A part of text in ASCII, encoded as quoted-printable. */
export function quotedPart(contentType: string, content: string): string {
  return rawPart(
    [`Content-Type: ${contentType}`, 'Content-Transfer-Encoding: quoted-printable'],
    wrap(encode(content)),
  );
}

/** A file that is attached, as base64. Its name has no blanks. */
export function attachedPart(contentType: string, name: string, file: Buffer): string {
  return rawPart(
    [
      `Content-Type: ${contentType}; name=${name}`,
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: attachment; filename=${name}`,
    ],
    wrapBase64(file.toString('base64')),
  );
}

/** The parts of a multipart, RFC 2046 §5.1.1; as a whole the content of a message or of another part. */
export class Multipart {
  readonly #boundary: string;
  readonly #parts: string[] = [];
  readonly #preamble: string;

  constructor(boundary: string, preamble = '') {
    this.#boundary = boundary;
    this.#preamble = preamble;
  }

  append(part: string): void {
    this.#parts.push(part);
  }

  toString(): string {
    const opening = `--${this.#boundary}${CRLF}`;
    const parts = this.#parts.map((part) => opening + part + CRLF).join('');
    return `${this.#preamble}${parts}--${this.#boundary}--${CRLF}`;
  }
}

/** A message with a head that declares the multipart's boundary. */
export function composeMime(head: readonly string[], parts: Multipart): Buffer {
  return Buffer.from(rawPart(head, `${parts}`), 'latin1');
}

/** A message without MIME parts: head, text line by line, and what stands below it as it is. */
export function composePlain(
  head: readonly string[],
  lines: readonly string[],
  below = '',
): Buffer {
  return Buffer.from(`${[...head, '', ...lines].join(CRLF)}${CRLF}${below}`, 'latin1');
}
