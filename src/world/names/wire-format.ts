// DNS messages (RFC 1035, EDNS: RFC 6891): a query's bytes in, the response's bytes out. Pure; whatever
// the bytes are, it never throws.
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  type Question,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import type { Fault } from './faults.ts';
import type { Records, Zone } from './records.ts';

const RCODE = { noError: 0, formatError: 1, serverFailure: 2, noSuchName: 3, notBuilt: 4 } as const;
const HEADER_BYTES = 12;
const QUERY = 0;
/** Over UDP a response has room for so many octets, unless its query says how many more. */
const PLAIN_UDP_BYTES = 512;
const MOST_UDP_BYTES = 4096;
/** Long enough for one run; targets that keep answers are to keep them. */
const TTL_S = 300;

export type Transport = 'udp' | 'tcp';

/** What became of a query: the type that it asked for, and the response; none where silence is the answer. */
export interface Response {
  readonly type: string;
  readonly name: string;
  readonly fault?: Fault | undefined;
  readonly bytes?: Uint8Array | undefined;
}

/** Undefined for what is no query. */
export function respond(
  message: Buffer,
  transport: Transport,
  zone: Zone,
  faultOf: (name: string) => Fault | undefined,
): Response | undefined {
  // A response, which would be answered for ever, or less than a header.
  if (message.length < HEADER_BYTES || (message[2] ?? 0) & 0x80) return undefined;
  if ((((message[2] ?? 0) >> 3) & 15) !== QUERY) return refusal(message, RCODE.notBuilt);
  const query = read(message);
  const question = query?.questions?.[0];
  if (!query || !question || !PLAIN.test(question.name)) return refusal(message, RCODE.formatError);
  const { type } = question;
  const name = question.name.toLowerCase();
  const fault = faultOf(name);
  if (fault === 'silence') return { type, name, fault };
  const reply: Reply =
    fault === 'servfail'
      ? { rcode: RCODE.serverFailure, answers: [] }
      : answer(zone(name), question);
  return { type, name, fault, bytes: fitted(query, question, reply, transport) };
}

function read(message: Buffer): DecodedPacket | undefined {
  if (message.readUInt16BE(4) !== 1) return undefined;
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

/** Labels of printable ASCII. Other octets, dots included, are allowed in them (RFC 2181, 11): no name here has any. */
const PLAIN = /^(?:\.|[!-\-/-~]{1,63}(?:\.[!-\-/-~]{1,63})*)$/;

/** A header alone: what was asked could not be read. */
function refusal(message: Buffer, rcode: number): Response {
  const bytes = Buffer.alloc(HEADER_BYTES);
  message.copy(bytes, 0, 0, 2);
  bytes[2] = 0x80;
  bytes[3] = rcode;
  return { type: 'none', name: '', bytes };
}

interface Reply {
  readonly rcode: number;
  readonly answers: readonly Answer[];
}

function answer(records: Records | undefined, question: Question): Reply {
  if (!records) return { rcode: RCODE.noSuchName, answers: [] };
  return { rcode: RCODE.noError, answers: inWire(question, records) };
}

/** One type at a time: most questions want one, and are asked by the thousand. */
function inWire(question: Question, records: Records): Answer[] {
  const type: string = question.type;
  const types = type === 'ANY' ? (['A', 'PTR', 'MX', 'TXT'] as const) : [type];
  return types.flatMap((one) => inWireAs(one, question.name, records) ?? []);
}

function inWireAs(type: string, name: string, { a, ptr, mx, txt }: Records): Answer | undefined {
  if (type === 'A' && a !== undefined) return { type, name, ttl: TTL_S, data: a };
  if (type === 'PTR' && ptr !== undefined) return { type, name, ttl: TTL_S, data: ptr };
  if (type === 'TXT' && txt !== undefined) return { type, name, ttl: TTL_S, data: txt };
  if (type !== 'MX' || mx === undefined) return undefined;
  // An exchange of no labels is the null MX, whose preference is 0.
  const data = { preference: mx === '.' ? 0 : 10, exchange: mx };
  return { type, name, ttl: TTL_S, data };
}

/** As large as the asker takes it; else without answers and marked, so that it asks again over TCP. */
function fitted(
  query: DecodedPacket,
  question: Question,
  reply: Reply,
  transport: Transport,
): Uint8Array {
  const edns = query.additionals?.find((record) => record.type === 'OPT');
  const asked = edns?.udpPayloadSize ?? PLAIN_UDP_BYTES;
  const room = Math.min(Math.max(asked, PLAIN_UDP_BYTES), MOST_UDP_BYTES);
  const packet = {
    type: 'response' as const,
    id: query.id ?? 0,
    flags:
      reply.rcode |
      AUTHORITATIVE_ANSWER |
      RECURSION_AVAILABLE |
      (query.flag_rd ? RECURSION_DESIRED : 0),
    questions: [question],
    additionals: edns ? [OUR_EDNS] : [],
  };
  const whole = encode({ ...packet, answers: [...reply.answers] });
  if (transport === 'tcp' || whole.length <= room) return whole;
  return encode({ ...packet, flags: packet.flags | TRUNCATED_RESPONSE });
}

const OUR_EDNS = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: MOST_UDP_BYTES,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
} satisfies Answer;
