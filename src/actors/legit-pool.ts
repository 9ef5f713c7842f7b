// Legitimate mail, built before the run: real MIME in the sizes of real mail, everything but the
// Message-ID line. That line carries the ledger's id and is written in front of a pool entry when the
// message is sent, so that a million messages share a few bodies and each can still be accounted for.

import { setImmediate as breathe } from 'node:timers/promises';
import { hostName } from '../plan/host-name.ts';
import { type Random, randomStream, uniform } from '../plan/random.ts';
import { dotStuff } from '../smtp/dot-stuffing.ts';
import { bouncingRecipient } from './bouncing-recipient.ts';
import { BASE62, characters, pick } from './draw.ts';
import { fillerText, LATIN1, UTF8, type Vocabulary, words } from './filler-text.ts';
import { legitSize } from './legit-size.ts';
import { mailDate, pickZone } from './mail-date.ts';
import {
  attachedPart,
  CRLF,
  composeMime,
  composePlain,
  EIGHT_BIT_FIELD,
  Multipart,
  quotedPart,
  rawPart,
} from './mime.ts';

const STREAM = 4210;
/** From here on people attach a file rather than write more. */
const ATTACHMENT_FROM = 16 * 1024;
/** An HTML alternative is no shorter than this. */
const HTML_FROM = 3 * 1024;
const ATTACHMENT_TEXT = 900;
/** Share of the messages without HTML that have lines of 8 bits. An assumption. */
const EIGHT_BIT = 1 / 3;
/** Base64 in lines of 76 with CRLF: 78 octets for 57. */
const BASE64_GROWTH = 78 / 57;

/** How a message's text is written, and what its part says of that. */
interface Writing {
  readonly fields: readonly string[];
  /** Absent: English. */
  readonly words?: Vocabulary;
}
const ASCII: Writing = {
  fields: ['Content-Type: text/plain; charset=us-ascii', 'Content-Transfer-Encoding: 7bit'],
};
const ABROAD: readonly [Writing, Writing] = [
  { fields: ['Content-Type: text/plain; charset=iso-8859-1', EIGHT_BIT_FIELD], words: LATIN1 },
  { fields: ['Content-Type: text/plain; charset=utf-8', EIGHT_BIT_FIELD], words: UTF8 },
];

export interface LegitPoolOptions {
  readonly seed: number;
  readonly size: 'legit-2009' | { readonly bytes: number };
  /** Who it is for: one of these stands in the To line. Never empty. */
  readonly recipients: readonly string[];
  readonly count: number;
  readonly date: Date;
}

/** Bodies in ascending size, dot-stuffed, without Message-ID line and final dot. */
export async function buildLegitPool(options: LegitPoolOptions): Promise<Uint8Array[]> {
  const { size, count } = options;
  const pool: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    // One entry for each of `count` equal shares of the mail, so that a small pool has the right mix.
    const bytes = size === 'legit-2009' ? legitSize((index + 0.5) / count) : size.bytes;
    pool.push(dotStuff(buildMessage(options, index, bytes)));
    // A target may be starting meanwhile, on this thread as well.
    await breathe();
  }
  return pool;
}

/** Which of `count` pool entries is message `index`'s: the same for every worker. */
export function legitEntry(count: number, seed: number, index: number): number {
  return Math.floor(uniform(seed, STREAM, index) * count);
}

/** The line that goes in front of a pool entry; the sink finds the ledger's id in it. */
export function messageIdLine(ledgerId: string, host: string): string {
  return `Message-ID: <bb.${ledgerId}@${host}>${CRLF}`;
}

function buildMessage(options: LegitPoolOptions, index: number, bytes: number) {
  const bare = assemble(options, index, { bytes, room: 0 });
  const room = bytes - bare.length;
  return room > 0 ? assemble(options, index, { bytes, room }) : bare;
}

/** `bytes` decides the shape; `room` is how much longer than its smallest this message is to be. */
interface Extent {
  readonly bytes: number;
  readonly room: number;
}

function assemble(options: LegitPoolOptions, index: number, extent: Extent): Buffer {
  const random = randomStream(options.seed, STREAM + 1, index);
  const recipient = options.recipients[Math.floor(random() * options.recipients.length)];
  if (recipient === undefined) throw new Error('legitimate mail needs a recipient');
  const head = [
    `From: ${bouncingRecipient(hostName(options.seed, index), random)}`,
    `To: ${recipient}`,
    `Subject: ${words(random, 4)}`,
    `Date: ${mailDate(options.date, pickZone(random))}`,
    'MIME-Version: 1.0',
  ];
  const writing = writingOf(options.seed, index);
  if (extent.bytes >= ATTACHMENT_FROM) return withAttachment(head, extent, writing, random);
  if (extent.bytes >= HTML_FROM && random() < 0.5) return withHtml(head, extent, random);
  const text = fillerText(random, extent.room, writing.words);
  return composePlain([...head, ...writing.fields], [], text);
}

function writingOf(seed: number, index: number): Writing {
  const random = randomStream(seed, STREAM + 2, index);
  return random() < EIGHT_BIT ? pick(random, ABROAD) : ASCII;
}

function withHtml(head: readonly string[], extent: Extent, random: Random): Buffer {
  const boundary = boundaryOf(random);
  const tree = new Multipart(boundary);
  const text = fillerText(random, extent.room / 2);
  const html = `<html><body><p>${CRLF}${text}</p></body></html>${CRLF}`;
  tree.append(rawPart(ASCII.fields, text));
  tree.append(quotedPart('text/html; charset=us-ascii', html));
  return composeMime(
    [...head, `Content-Type: multipart/alternative; boundary="${boundary}"`],
    tree,
  );
}

function withAttachment(
  head: readonly string[],
  extent: Extent,
  writing: Writing,
  random: Random,
): Buffer {
  const boundary = boundaryOf(random);
  const tree = new Multipart(boundary);
  const text = fillerText(random, ATTACHMENT_TEXT, writing.words);
  const block = Buffer.from(characters(random, BASE62, 4096));
  const file = Buffer.alloc(Math.floor(extent.room / BASE64_GROWTH), block);
  tree.append(rawPart(writing.fields, text));
  const name = `${pick(random, ['minutes', 'offer', 'plan'])}.pdf`;
  tree.append(attachedPart('application/pdf', name, file));
  const encoding = writing.fields.filter((field) => field === EIGHT_BIT_FIELD);
  const type = `Content-Type: multipart/mixed; boundary="${boundary}"`;
  return composeMime([...head, type, ...encoding], tree);
}

function boundaryOf(random: Random): string {
  return `=_${characters(random, BASE62, 24)}`;
}
