// The bouncing host's name in messages that are built before the run and shared by all hosts: while they
// are built a mark stands in its place, and a message that is sent is the pool entry's pieces with the
// host's own name between them. Nothing of the body is copied.

import type { Letter } from './letters.ts';

/** As long as the longest names of host-name.ts, so that no line gets longer by a name. */
const ROLE = 'zqhostzq';
const DOMAIN = 'zqdomainoftheworldzqzqzq';
/** Stands for the host while its messages are built: `mx1.northwind.example` in the end. */
export const MARKED_HOST = `${ROLE}.${DOMAIN}`;
/** Longest first: a regular expression takes the first that fits. */
const MARKS = new RegExp(
  [`${ROLE}\\.${DOMAIN}`, ROLE, DOMAIN, DOMAIN.toUpperCase()].join('|'),
  'g',
);

const SOFT_BREAK = '=\r\n';
/** Marks that quoted-printable cut in two where it had to end a line. */
const BROKEN = new RegExp(
  [ROLE, DOMAIN].map((mark) => [...mark].join(`(?:${SOFT_BREAK})?`)).join('|'),
  'g',
);

/** Puts broken marks on a line of their own, which says the same and breaks no line's limit. */
export function mendMarks(message: Buffer): Buffer {
  const text = message.toString('latin1');
  const mended = text.replace(BROKEN, (mark) =>
    mark.includes(SOFT_BREAK) ? `${SOFT_BREAK}${mark.replace(SOFT_BREAK, '')}${SOFT_BREAK}` : mark,
  );
  return mended === text ? message : Buffer.from(mended, 'latin1');
}

/** What is put in a mark's place: the whole name, or the part of it that the mark stands for. */
type Part = 'host' | 'role' | 'domain' | 'site';
const PARTS: Readonly<Record<string, Part>> = {
  [MARKED_HOST]: 'host',
  [ROLE]: 'role',
  [DOMAIN]: 'domain',
  // Exchange's organisation: the domain's first label in capitals.
  [DOMAIN.toUpperCase()]: 'site',
};

/** A marked text in pieces: the first, then a mark and what follows it, again and again. */
interface Cut {
  readonly first: Uint8Array;
  readonly rest: readonly { readonly part: Part; readonly after: Uint8Array }[];
}

/** The letter as the host of that name sends it. */
export type SignedLetter = (host: string) => Letter;

/** Cuts a letter of one piece at its marks; to be done once. */
export function signedLetter({ message, chunk, eightBit = false }: Letter): SignedLetter {
  const [stuffed] = message ?? [];
  const [plain] = chunk ?? [];
  if (!stuffed) throw new Error('a letter without a message has nothing to sign');
  const cut = cutAtMarks(stuffed);
  const ownChunk = plain && plain.byteLength !== stuffed.byteLength ? cutAtMarks(plain) : undefined;
  return (host) => {
    const names = namesOf(host);
    const signed = sign(cut, names);
    // Where no line begins with a dot, both forms are the same bytes.
    return {
      eightBit,
      message: signed,
      chunk: plain && (ownChunk ? sign(ownChunk, names) : signed),
    };
  };
}

function cutAtMarks(bytes: Uint8Array): Cut {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const marks = [...text.matchAll(MARKS)];
  const piece = (from: number, mark: RegExpExecArray | undefined) =>
    bytes.subarray(from, mark?.index ?? bytes.byteLength);
  return {
    first: piece(0, marks[0]),
    rest: marks.map((mark, i) => ({
      part: PARTS[mark[0]] ?? 'host',
      after: piece(mark.index + mark[0].length, marks[i + 1]),
    })),
  };
}

type Names = Readonly<Record<Part, Uint8Array>>;

function namesOf(name: string): Names {
  const host = Buffer.from(name, 'latin1');
  const dot = name.indexOf('.');
  return {
    host,
    role: host.subarray(0, dot),
    domain: host.subarray(dot + 1),
    get site() {
      const end = name.indexOf('.', dot + 1);
      return Buffer.from(name.slice(dot + 1, end).toUpperCase(), 'latin1');
    },
  };
}

function sign({ first, rest }: Cut, names: Names): Uint8Array[] {
  const pieces = new Array<Uint8Array>(1 + 2 * rest.length);
  pieces[0] = first;
  let i = 0;
  for (const { part, after } of rest) {
    pieces[++i] = names[part];
    pieces[++i] = after;
  }
  return pieces;
}
