// What Exchange's answers of different years have in common: an absence as text and HTML, the fields
// of its conversations, its senders.

import { mailDomain, traitOf } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import { BASE62, characters, integer } from '../draw.ts';
import { CRLF, Multipart, quotedPart } from '../mime.ts';
import { absenceLines, type Paragraphs } from './absence.ts';
import type { Correspondent } from './responder.ts';

/** About a third of the samples have a sender, the others a null one; here by host. */
const NAMED_SENDERS = 1 / 3;

export function exchangeReversePath({ host, address }: Correspondent): string {
  return traitOf(host) < NAMED_SENDERS ? address : '';
}

export function exchangeBodies(
  boundary: string,
  charset: string,
  paragraphs: Paragraphs,
  preamble = '',
): Multipart {
  const pair = new Multipart(boundary, preamble);
  const text = [...absenceLines(paragraphs), ''].join(CRLF);
  pair.append(quotedPart(`text/plain; charset=${charset}`, text));
  pair.append(quotedPart(`text/html; charset=${charset}`, html(paragraphs)));
  return pair;
}

function html(paragraphs: Paragraphs): string {
  return [
    '<html>',
    '<head>',
    '<style type="text/css">p {margin: 0 0 8pt 0}</style>',
    '</head>',
    '<body>',
    ...paragraphs.flatMap((lines) => [
      '<p><font face="Tahoma" size="2">',
      lines.join(`<br>${CRLF}`),
      '</font></p>',
    ]),
    '</body>',
    '</html>',
    '',
  ].join(CRLF);
}

/** 22 octets in base64, the first ones from the time: they begin alike for some years. */
export function threadIndex(beginning: string, random: Random): string {
  return `${beginning}${characters(random, BASE62, 29 - beginning.length)}A==`;
}

/** The mailbox server behind the host: `EX2.northwind.example`. */
export function mailboxServer(host: string, random: Random): string {
  return `EX${integer(random, 1, 4)}.${mailDomain(host)}`;
}
