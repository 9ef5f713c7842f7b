// MIME trees by nodemailer, without what it adds to a root of its own accord (a random Message-ID,
// today's date, its own order of fields): a bounce's head is its dialect's text, line by line.

import MimeNode from 'nodemailer/lib/mime-node';

export const CRLF = '\r\n';
const HEAD_END = `${CRLF}${CRLF}`;

/** A tree whose top counts as a branch, so that nodemailer completes no header of it. */
export function mimeTree(contentType?: string): MimeNode {
  return new MimeNode(contentType, { rootNode: new MimeNode() });
}

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
export function rawPart(head: readonly string[], content: string): MimeNode {
  return new MimeNode().setRaw(Buffer.from([...head, '', content].join(CRLF), 'latin1'));
}

/** A text part, encoded by nodemailer. */
export function textPart(contentType: string, encoding: string, content: string): MimeNode {
  return new MimeNode(contentType)
    .setHeader('Content-Transfer-Encoding', encoding)
    .setContent(content);
}

/** A message with a head of our own and the tree's parts; the tree must declare its boundary. */
export async function composeMime(head: readonly string[], tree: MimeNode): Promise<Buffer> {
  const built = await tree.build();
  const body = built.subarray(built.indexOf(HEAD_END) + HEAD_END.length);
  return Buffer.concat([Buffer.from(head.join(CRLF) + HEAD_END), body]);
}

/** A message without MIME parts: head, text line by line, and what stands below it as it is. */
export function composePlain(
  head: readonly string[],
  lines: readonly string[],
  below = '',
): Buffer {
  return Buffer.from(`${[...head, '', ...lines].join(CRLF)}${CRLF}${below}`, 'latin1');
}
