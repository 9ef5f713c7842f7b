// The two protocols that Postfix asks our companions in: any split of the bytes, any garbage.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookUp } from '../../src/target/postfix/directory-server.ts';
import { encodeAction, PolicyDecoder } from '../../src/target/postfix/policy-protocol.ts';
import { greylistAction } from '../../src/target/postfix/policy-server.ts';
import { encodeNetstring, SocketmapDecoder } from '../../src/target/postfix/socketmap-protocol.ts';

const POLICY =
  'request=smtpd_access_policy\nprotocol_state=RCPT\nclient_address=198.18.0.7\nsender=\nrecipient=a=b@t.test\n\n';

describe('policy requests', () => {
  const two = POLICY + POLICY.replace('a=b', 'c');
  it.each(Array.from({ length: two.length + 1 }, (_, at) => at))('split at byte %d', (at) => {
    const decoder = new PolicyDecoder();
    const requests = [two.slice(0, at), two.slice(at)].flatMap((part) => decoder.push(part));
    expect(requests.map(({ recipient }) => recipient)).toEqual(['a=b@t.test', 'c@t.test']);
    expect(requests[0]).toMatchObject({ client_address: '198.18.0.7', sender: '' });
  });

  it('refuses a request that never ends', () => {
    expect(() => new PolicyDecoder().push('x'.repeat(70_000))).toThrow(/without an end/);
  });

  it.each([
    ['defer', 'DEFER 4.2.0 Greylisted, please try again later'],
    ['pass', 'DUNNO'],
  ] as const)('%s is answered with %s', (verdict, action) => {
    const [request = {}] = new PolicyDecoder().push(POLICY);
    const asked: unknown[] = [];
    const greylist = {
      check: (...args: unknown[]) => {
        asked.push(args);
        return verdict;
      },
    };
    expect(greylistAction(greylist, request, 5)).toBe(action);
    expect(asked).toEqual([['198.18.0.7', '', 'a=b@t.test', 5]]);
    expect(encodeAction(action)).toBe(`action=${action}\n\n`);
  });
});

describe('socketmap requests', () => {
  const two = Buffer.concat([
    encodeNetstring('recipients a@t.test'),
    encodeNetstring('recipients é b'),
  ]);
  it.each(Array.from({ length: two.length + 1 }, (_, at) => at))('split at byte %d', (at) => {
    const decoder = new SocketmapDecoder();
    const parts = [two.subarray(0, at), two.subarray(at)];
    expect(parts.flatMap((part) => decoder.push(part))).toEqual([
      { map: 'recipients', key: 'a@t.test' },
      { map: 'recipients', key: 'é b' },
    ]);
  });

  it('reads back what was encoded, whatever the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (key) => {
        const bytes = encodeNetstring(`m ${key}`);
        expect(new SocketmapDecoder().push(bytes)).toEqual([{ map: 'm', key }]);
      }),
    );
  });

  it.each(['x', ':a,', '99999999', '3:m ax', '200000:'])('refuses %j', (garbage) => {
    expect(() => new SocketmapDecoder().push(Buffer.from(garbage))).toThrow();
  });

  it.each([
    ['known@t.test', 'OK OK', 1],
    ['other@t.test', 'NOTFOUND ', 1],
    ['@t.test', 'NOTFOUND ', 0],
  ])('%s is answered with %j after %d look-ups', async (key, reply, count) => {
    let lookups = 0;
    const directory = {
      has: async (address: string) => {
        lookups += 1;
        return address === 'known@t.test';
      },
    };
    expect(await lookUp(directory, key)).toBe(reply);
    expect(lookups).toBe(count);
  });
});
