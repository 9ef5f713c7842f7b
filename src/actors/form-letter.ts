// Form letters: messages that are built before the run and shared by all hosts. While one is built a mark
// stands for the host that sends it; what is sent is the letter's pieces with the host's own name between
// them, so that greeting, envelope and message agree. Nothing of the body is copied.

import { mailDomain } from '../plan/host-name.ts';
import type { Letter } from './letters.ts';

const ROLE = 'zqhostzq';
const DOMAIN = 'zqdomainoftheworldzqzqzq';
/**
 * Build messages for this host. As long as the longest names of host-name.ts, so that no line gets longer
 * by a name.
 */
export const MARKED_HOST = `${ROLE}.${DOMAIN}`;

/** Exchange's organisation is the domain's first label in capitals. */
const SITE = DOMAIN.toUpperCase();
/** The longest first: a pattern takes the first that fits. */
const MARKS = [MARKED_HOST, DOMAIN, SITE];
const MARK = anyMark('');

const SOFT_BREAK = '=\r\n';
/** Marks that quoted-printable may have cut in two where it had to end a line. */
const BROKEN = anyMark(`(?:${SOFT_BREAK})?`);

function anyMark(between: string): RegExp {
  const letters = (mark: string) => [...mark].map((letter) => letter.replace('.', '\\.'));
  return new RegExp(MARKS.map((mark) => letters(mark).join(between)).join('|'), 'g');
}

/** Puts broken marks on a line of their own, which says the same and breaks no line's limit. */
export function mendMarks(message: Buffer): Buffer {
  const text = message.toString('latin1');
  const mended = text.replace(BROKEN, (mark) =>
    mark.includes(SOFT_BREAK)
      ? `${SOFT_BREAK}${mark.replaceAll(SOFT_BREAK, '')}${SOFT_BREAK}`
      : mark,
  );
  return mended === text ? message : Buffer.from(mended, 'latin1');
}

/** The letter as the host of that name sends it. */
export type FormLetter = (host: string) => Required<Letter>;

/** What is put in a mark's place. */
type Part = 'host' | 'domain' | 'site';

/** Of one host; the site is made where it is asked for, since one system of all does. */
interface Names {
  readonly domain: string;
  readonly hostBytes: Uint8Array;
  readonly domainBytes: Uint8Array;
}

/** A marked text in pieces: the first, then a mark and what follows it, again and again. */
interface Cut {
  readonly first: Uint8Array;
  readonly rest: readonly { readonly part: Part; readonly after: Uint8Array }[];
}

/** Cuts a letter of one piece at its marks; to be done once. */
export function formLetter({ message, chunk, eightBit = false }: Letter): FormLetter {
  const [stuffed] = message ?? [];
  const [plain] = chunk ?? [];
  if (!stuffed) throw new Error('a letter without a message cannot be cut');
  const cut = cutAtMarks(stuffed);
  const ownChunk = plain && plain.byteLength !== stuffed.byteLength ? cutAtMarks(plain) : undefined;
  return (host) => {
    const names = namesOf(host);
    const filled = fill(cut, names);
    // Where no line begins with a dot, both forms are the same bytes.
    return {
      eightBit,
      message: filled,
      chunk: plain && (ownChunk ? fill(ownChunk, names) : filled),
    };
  };
}

function cutAtMarks(bytes: Uint8Array): Cut {
  // One character per octet, so that places in the text are places in the bytes.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const marks = [...text.matchAll(MARK)];
  const piece = (from: number, mark: RegExpExecArray | undefined) =>
    bytes.subarray(from, mark?.index ?? bytes.byteLength);
  return {
    first: piece(0, marks[0]),
    rest: marks.map((mark, i) => ({
      part: partOf(mark[0]),
      after: piece(mark.index + mark[0].length, marks[i + 1]),
    })),
  };
}

function partOf(mark: string): Part {
  if (mark === MARKED_HOST) return 'host';
  return mark === DOMAIN ? 'domain' : 'site';
}

function namesOf(host: string): Names {
  const domain = mailDomain(host);
  return { domain, hostBytes: Buffer.from(host), domainBytes: Buffer.from(domain) };
}

function fill({ first, rest }: Cut, names: Names): Uint8Array[] {
  const pieces = new Array<Uint8Array>(1 + 2 * rest.length);
  pieces[0] = first;
  let i = 0;
  for (const { part, after } of rest) {
    pieces[++i] = bytesOf(part, names);
    pieces[++i] = after;
  }
  return pieces;
}

function bytesOf(part: Part, { domain, hostBytes, domainBytes }: Names): Uint8Array {
  if (part === 'host') return hostBytes;
  if (part === 'domain') return domainBytes;
  return Buffer.from(domain.slice(0, domain.indexOf('.')).toUpperCase());
}
