// MIME trees by nodemailer, without what it adds to a root of its own accord (a random Message-ID,
// today's date, its own order of fields): a bounce's head is its dialect's text, line by line.

import MimeNode from 'nodemailer/lib/mime-node';

export const CRLF = '\r\n';
const HEAD_END = `${CRLF}${CRLF}`;

/** A tree whose top counts as a branch, so that nodemailer completes no header of it. */
export function mimeTree(contentType?: string): MimeNode {
  return new MimeNode(contentType, { rootNode: new MimeNode() });
}

/** A part that stands as written: its head line by line, an empty line, its content. */
export function rawPart(head: readonly string[], content: string): MimeNode {
  return new MimeNode().setRaw([...head, '', content].join(CRLF));
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
