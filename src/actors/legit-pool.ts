// Legitimate mail, built before the run: real MIME in the sizes of real mail, everything but the
// Message-ID line. That line carries the ledger's id and is written in front of a pool entry when the
// message is sent, so that a million messages share a few bodies and each can still be accounted for.

import type MimeNode from 'nodemailer/lib/mime-node';
import pLimit from 'p-limit';
import { type Random, randomStream, uniform } from '../plan/random.ts';
import { dotStuff } from '../smtp/dot-stuffing.ts';
import { BASE62, characters, pick } from './draw.ts';
import { fillerText, words } from './filler-text.ts';
import { bouncingRecipient, hostName } from './host-name.ts';
import { legitSize } from './legit-size.ts';
import { mailDate, pickZone } from './mail-date.ts';
import { CRLF, mimeTree, textPart } from './mime.ts';

const STREAM = 4210;
const BUILDS_AT_ONCE = 8;
/** From here on people attach a file rather than write more. */
const ATTACHMENT_FROM = 16 * 1024;
/** An HTML alternative is no shorter than this. */
const HTML_FROM = 3 * 1024;
const ATTACHMENT_TEXT = 900;
/** Base64 in lines of 76 with CRLF: 78 octets for 57. */
const BASE64_GROWTH = 78 / 57;

export interface LegitPoolOptions {
  readonly seed: number;
  readonly size: 'legit-2009' | { readonly bytes: number };
  /** Who it is for: one of these stands in the To line. Never empty. */
  readonly recipients: readonly string[];
  readonly count: number;
  readonly date: Date;
}

/** Bodies in ascending size, dot-stuffed, without Message-ID line and final dot. */
export function buildLegitPool(options: LegitPoolOptions): Promise<Uint8Array[]> {
  const { size, count } = options;
  const indexes = Array.from({ length: count }, (_, index) => index);
  return pLimit(BUILDS_AT_ONCE).map(indexes, async (index) => {
    // One entry for each of `count` equal shares of the mail, so that a small pool has the right mix.
    const bytes = size === 'legit-2009' ? legitSize((index + 0.5) / count) : size.bytes;
    return dotStuff(await buildMessage(options, index, bytes));
  });
}

/** Which of `count` pool entries is message `index`'s: the same for every worker. */
export function legitEntry(count: number, seed: number, index: number): number {
  return Math.floor(uniform(seed, STREAM, index) * count);
}

/** The line that goes in front of a pool entry; the sink finds the ledger's id in it. */
export function messageIdLine(ledgerId: string, host: string): string {
  return `Message-ID: <bb.${ledgerId}@${host}>${CRLF}`;
}

async function buildMessage(options: LegitPoolOptions, index: number, bytes: number) {
  const bare = await assemble(options, index, { bytes, room: 0 });
  const room = bytes - bare.length;
  return room > 0 ? assemble(options, index, { bytes, room }) : bare;
}

/** `bytes` decides the shape; `room` is how much longer than its smallest this message is to be. */
interface Extent {
  readonly bytes: number;
  readonly room: number;
}

function assemble(options: LegitPoolOptions, index: number, extent: Extent): Promise<Buffer> {
  const random = randomStream(options.seed, STREAM + 1, index);
  const recipient = options.recipients[Math.floor(random() * options.recipients.length)];
  if (recipient === undefined) throw new Error('legitimate mail needs a recipient');
  const tree = mimeTree().setHeader([
    { key: 'From', value: bouncingRecipient(hostName(options.seed, index), random) },
    { key: 'To', value: recipient },
    { key: 'Subject', value: words(random, 4) },
    { key: 'Date', value: mailDate(options.date, pickZone(random)) },
    { key: 'MIME-Version', value: '1.0' },
  ]);
  if (extent.bytes >= ATTACHMENT_FROM) fillWithAttachment(tree, extent, random);
  else if (extent.bytes >= HTML_FROM && random() < 0.5) fillWithHtml(tree, extent, random);
  else fillWithText(tree, extent, random);
  return tree.build();
}

function fillWithText(tree: MimeNode, extent: Extent, random: Random): void {
  tree.setHeader('Content-Type', 'text/plain; charset=us-ascii');
  tree.setContent(fillerText(random, extent.room));
}

function fillWithHtml(tree: MimeNode, extent: Extent, random: Random): void {
  tree.setHeader('Content-Type', `multipart/alternative; boundary="${boundary(random)}"`);
  const text = fillerText(random, extent.room / 2);
  const html = `<html><body><p>${CRLF}${text}</p></body></html>${CRLF}`;
  tree.appendChild(textPart('text/plain; charset=us-ascii', '7bit', text));
  tree.appendChild(textPart('text/html; charset=us-ascii', 'quoted-printable', html));
}

function fillWithAttachment(tree: MimeNode, extent: Extent, random: Random): void {
  tree.setHeader('Content-Type', `multipart/mixed; boundary="${boundary(random)}"`);
  const text = fillerText(random, ATTACHMENT_TEXT);
  const block = Buffer.from(characters(random, BASE62, 4096));
  const file = Buffer.alloc(Math.floor(extent.room / BASE64_GROWTH), block);
  tree.appendChild(textPart('text/plain; charset=us-ascii', '7bit', text));
  tree
    .createChild('application/pdf', {
      filename: `${pick(random, ['minutes', 'offer', 'plan'])}.pdf`,
    })
    .setContent(file);
}

function boundary(random: Random): string {
  return `=_${characters(random, BASE62, 24)}`;
}
