// The name server's messages: bytes in, bytes out, with dns-packet as the asker on the other side.
import { type DecodedPacket, decode, encode, type Packet, type RecordType } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Records, Zone } from '../../../src/world/names/records.ts';
import { Messages, prefixed } from '../../../src/world/names/tcp-messages.ts';
import { respond, type Transport } from '../../../src/world/names/wire-format.ts';

const HOST: Records = { a: '10.128.0.2', mx: 'in.b.example', txt: 'v=spf1 -all' };
/** Asked and answered, it fills more than 512 octets. */
const LONG = `${Array.from({ length: 4 }, () => 'a'.repeat(61)).join('.')}.test`;
const NAMES: Readonly<Record<string, Records>> = {
  'a.example': HOST,
  'none.example': { mx: '.' },
  'empty.example': {},
  [LONG]: HOST,
  '2.0.128.10.in-addr.arpa': { ptr: 'a.example' },
};
const zone: Zone = (name) => NAMES[name];
const noFault = (): undefined => undefined;

function ask(name: string, type: RecordType, more: Packet = {}): Buffer {
  return encode({ type: 'query', id: 4711, flags: 256, questions: [{ name, type }], ...more });
}

function asked(
  query: Buffer,
  transport: Transport = 'udp',
  faultOf: Parameters<typeof respond>[3] = noFault,
) {
  const bytes = respond(query, transport, zone, faultOf)?.bytes;
  return { size: bytes?.length ?? 0, packet: bytes && decode(Buffer.from(bytes)) };
}

/** dns-packet's own types leave the response code out. */
const rcode = (packet: DecodedPacket | undefined): unknown =>
  packet && 'rcode' in packet ? packet.rcode : undefined;

describe('a question', () => {
  it.each<[string, RecordType, string, readonly unknown[]]>([
    ['a.example', 'A', 'NOERROR', ['10.128.0.2']],
    ['A.Example', 'A', 'NOERROR', ['10.128.0.2']],
    ['a.example', 'MX', 'NOERROR', [{ preference: 10, exchange: 'in.b.example' }]],
    ['none.example', 'MX', 'NOERROR', [{ preference: 0, exchange: '.' }]],
    ['a.example', 'TXT', 'NOERROR', [[Buffer.from('v=spf1 -all')]]],
    ['2.0.128.10.in-addr.arpa', 'PTR', 'NOERROR', ['a.example']],
    ['a.example', 'AAAA', 'NOERROR', []],
    ['empty.example', 'A', 'NOERROR', []],
    ['b.example', 'A', 'NXDOMAIN', []],
  ])('%s %s is answered by %s %j', (name, type, code, data) => {
    const { packet } = asked(ask(name, type));
    expect(packet).toMatchObject({
      id: 4711,
      type: 'response',
      flag_aa: true,
      flag_rd: true,
      flag_ra: true,
      flag_tc: false,
      questions: [{ name, type }],
    });
    expect(rcode(packet)).toBe(code);
    expect(packet?.answers?.map((answer) => ('data' in answer ? answer.data : undefined))).toEqual(
      data,
    );
  });

  it('about all there is gets all there is', () => {
    const any = ask('a.example', 'A');
    any.writeUInt16BE(255, any.length - 4);
    expect(asked(any).packet?.answers?.map(({ type }) => type)).toEqual(['A', 'MX', 'TXT']);
  });
});

describe('a long answer', () => {
  const edns = (udpPayloadSize: number): Packet => ({
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });

  it.each<[string, Packet, Transport, boolean, number]>([
    ['is cut over UDP', {}, 'udp', true, 0],
    ['is whole over TCP', {}, 'tcp', false, 0],
    ['is whole over UDP where the asker has room', edns(1232), 'udp', false, 1],
    ['is cut where the asker has too little room', edns(520), 'udp', true, 1],
    ['has the usual room where the asker says less', edns(1), 'udp', true, 1],
  ])('%s', (_title, more, transport, cut, opts) => {
    const { size, packet } = asked(ask(LONG, 'TXT', more), transport);
    expect(packet).toMatchObject({ flag_tc: cut });
    expect(packet?.answers).toHaveLength(cut ? 0 : 1);
    expect(size > 512).toBe(!cut);
    expect(packet?.additionals).toHaveLength(opts);
  });
});

describe('a fault', () => {
  it('answers SERVFAIL', () => {
    const { packet } = asked(ask('a.example', 'A'), 'udp', () => 'servfail');
    expect(rcode(packet)).toBe('SERVFAIL');
    expect(packet?.answers).toEqual([]);
  });

  it('is silent, and goes by the name in small letters', () => {
    const names: string[] = [];
    const faultOf = (name: string) => {
      names.push(name);
      return 'silence' as const;
    };
    expect(respond(ask('A.example', 'A'), 'udp', zone, faultOf)).toEqual({
      type: 'A',
      name: 'a.example',
      fault: 'silence',
    });
    expect(names).toEqual(['a.example']);
  });
});

describe('what is no proper query', () => {
  const two = ask('a.example', 'A');
  two.writeUInt16BE(2, 4);
  const update = ask('a.example', 'A');
  update.writeUInt8(5 << 3, 2);
  const strange = ask('a.example', 'A');
  strange.writeUInt8(0xc3, 13);
  const dotted = ask('a.example', 'A');
  dotted.write('.', 14);
  const cut = ask('a.example', 'A').subarray(0, 20);

  it.each<[string, Buffer, string]>([
    ['two questions', two, 'FORMERR'],
    ['half a name', cut, 'FORMERR'],
    ['octets of no letters', strange, 'FORMERR'],
    ['a dot within a label', dotted, 'FORMERR'],
    ['another operation', update, 'NOTIMP'],
  ])('is refused: %s', (_title, query, code) => {
    const { packet } = asked(query);
    expect(packet?.id).toBe(4711);
    expect(rcode(packet)).toBe(code);
  });

  it('is not answered when it is an answer itself, or no message', () => {
    const answer = encode({
      type: 'response',
      id: 1,
      questions: [{ name: 'a.example', type: 'A' }],
    });
    expect(respond(answer, 'udp', zone, noFault)).toBeUndefined();
    expect(respond(Buffer.alloc(11), 'udp', zone, noFault)).toBeUndefined();
  });

  it('never makes it throw, and what it says can be read', () => {
    const broken = fc.tuple(fc.nat(40), fc.nat(255)).map(([at, value]) => {
      const query = ask('some.name.example', 'MX', { additionals: [] });
      query[at % query.length] = value;
      return query;
    });
    fc.assert(
      fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 80 })), (bytes) => {
        const said = respond(Buffer.from(bytes), 'udp', () => HOST, noFault)?.bytes;
        if (said) decode(Buffer.from(said));
      }),
      { numRuns: 2000 },
    );
  });
});

it('messages over TCP are found however the bytes come', () => {
  const all = [ask('a.example', 'A'), ask('none.example', 'MX')];
  const bytes = Buffer.concat(all.map(prefixed));
  for (let split = 0; split <= bytes.length; split += 1) {
    const messages = new Messages();
    const found = [
      ...messages.take(bytes.subarray(0, split)),
      ...messages.take(bytes.subarray(split)),
    ];
    expect(found).toEqual(all);
  }
});
