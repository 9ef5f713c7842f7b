import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/actors/dialects/registry.ts';
import { DIALECT_NAMES, type DialectName } from '../../src/scenario/scenario.ts';
import { parameter, parseBounce, partsOf, splitPart, statusBlocks } from './bounce-parser.ts';
import { CAUSES, sampleBounce, sampleMessage, UNKNOWN_BEHIND } from './sample-bounces.ts';

const RECIPIENT = 'ingrid.larsen@northwind.example';
const REPORTS = ['postfix', 'exim', 'exchange'] as const;

async function build(name: DialectName, ...rest: [facts?: (typeof CAUSES)[string], size?: number]) {
  return (await sampleMessage(DIALECTS[name], ...rest)).toString('latin1');
}

test('every dialect that a scenario can name is there under its own name', () => {
  expect(Object.entries(DIALECTS).map(([name, dialect]) => [name, dialect.name])).toEqual(
    DIALECT_NAMES.map((name) => [name, name]),
  );
});

describe.each(DIALECT_NAMES)('a bounce of %s', (name) => {
  test.each(Object.entries(CAUSES))('passes a bounce parser (%s)', async (_, facts) => {
    const verdict = parseBounce(await build(name, facts));
    expect(verdict?.failed).toEqual([RECIPIENT]);
    expect(verdict?.format).toBe(name === 'qmail' ? 'qsbmf' : 'rfc3464');
    expect(verdict?.status).toBe(name === 'exim' ? '5.0.0' : facts.reply.enhanced);
  });

  test('is the same for the same numbers and another for others', async () => {
    const messages = await Promise.all(
      [7, 7, 8].map((seed) => sampleMessage(DIALECTS[name], UNKNOWN_BEHIND, 400, seed)),
    );
    expect(messages[1]).toEqual(messages[0]);
    expect(messages[2]).not.toEqual(messages[0]);
  });

  test('keeps to SMTP: CRLF only, seven bits, no line above 998 octets', async () => {
    const message = await build(name, UNKNOWN_BEHIND, 20_000);
    expect(message.endsWith('\r\n')).toBe(true);
    expect(message.replaceAll('\r\n', '')).toMatch(/^[\t -~]*$/);
    expect(Math.max(...message.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  test('names nothing outside the reserved domains', async () => {
    const text = (await build(name)).replaceAll('=\r\n', '');
    const hosts = text.match(/(?<=@|from |by |dns; ?|HELO |helo=)[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi);
    expect(hosts?.length).toBeGreaterThan(5);
    expect(hosts?.filter((host) => !/\.(?:test|invalid|example)$/.test(host))).toEqual([]);
  });

  test('is the one of the golden file', async () => {
    const golden = new URL(`../golden/bounce-${name}.eml`, import.meta.url);
    const message = (await build(name)).replaceAll('\r\n', '\n');
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync(fileURLToPath(new URL('.', golden)), { recursive: true });
      writeFileSync(golden, message);
    }
    expect(message).toBe(readFileSync(golden, 'utf8'));
  });
});

describe.each(REPORTS)('a report of %s', (name) => {
  test('has text, status and original, each of its type', async () => {
    const parts = partsOf(splitPart(await build(name)));
    expect(parts.map((part) => part.headers.get('content-type')?.split(';')[0])).toEqual([
      name === 'exchange' ? 'multipart/alternative' : 'text/plain',
      'message/delivery-status',
      'message/rfc822',
    ]);
  });

  test('has the fields that RFC 3464 wants of its first and of each further block', async () => {
    const [, status] = partsOf(splitPart(await build(name)));
    const [message, recipient, ...more] = statusBlocks(status?.body ?? '');
    expect(more).toEqual([]);
    expect(message?.get('reporting-mta')).toMatch(/^dns; ?mx1\.northwind\.example$/);
    expect(message?.has('arrival-date')).toBe(name !== 'exim');
    expect(recipient?.get('final-recipient')).toMatch(
      /^rfc822; ?ingrid\.larsen@northwind\.example$/,
    );
    expect(recipient?.get('action')).toBe('failed');
    expect(recipient?.get('status')).toMatch(/^5\.\d\.\d$/);
    expect(recipient?.get('diagnostic-code')).toMatch(/^smtp; ?550 5\.1\.1 User unknown$/);
  });

  test('returns the original with its trace on top and its body to the last octet', async () => {
    const [, , returned] = partsOf(splitPart(await build(name)));
    const { headers, body } = sampleBounce(UNKNOWN_BEHIND).original;
    expect(returned?.body.endsWith(`${headers}\r\n${body}`)).toBe(true);
    expect(returned?.body.split(headers)[0]).toMatch(/^Received: .*mx1\.northwind\.example/ms);
  });
});

describe('the marks of each system', () => {
  test.each([
    ['postfix', 'subject', /^Undelivered Mail Returned to Sender$/],
    ['postfix', 'from', /^MAILER-DAEMON@mx1\.northwind\.example \(Mail Delivery System\)$/],
    ['postfix', 'auto-submitted', /^auto-replied$/],
    ['postfix', 'message-id', /^<20080325090000\.[0-9A-F]{10}@mx1\.northwind\.example>$/],
    ['exim', 'subject', /^Mail delivery failed: returning message to sender$/],
    ['exim', 'x-failed-recipients', /^ingrid\.larsen@northwind\.example$/],
    ['exim', 'auto-submitted', /^auto-replied$/],
    ['exim', 'content-type', /boundary=1206435600-eximdsn-\d+$/],
    ['exim', 'message-id', /^<E1Je50i-000\w{3}-\w\w@mx1\.northwind\.example>$/],
    ['qmail', 'subject', /^failure notice$/],
    ['qmail', 'from', /^MAILER-DAEMON@mx1\.northwind\.example$/],
    ['qmail', 'date', /^25 Mar 2008 09:00:00 -0000$/],
    ['exchange', 'subject', /^Undeliverable: \w+/],
    ['exchange', 'from', /^Microsoft Outlook <MicrosoftExchange[0-9a-f]{32}@northwind\.example>$/],
    ['exchange', 'content-language', /^en-US$/],
  ] as const)('%s writes its %s in its own manner', async (name, field, manner) => {
    expect(splitPart(await build(name)).headers.get(field)).toMatch(manner);
  });

  test.each(['auto-submitted', 'message-id', 'mime-version', 'content-type'])(
    'qmail writes no %s',
    async (field) => {
      expect(splitPart(await build('qmail')).headers.has(field)).toBe(false);
    },
  );

  test('postfix names its queue and the sender in the status', async () => {
    const whole = splitPart(await build('postfix'));
    const [message] = statusBlocks(partsOf(whole)[1]?.body ?? '');
    const id = message?.get('x-postfix-queue-id');
    expect(message?.get('x-postfix-sender')).toBe('rfc822; jslopez@xman.test');
    expect(parameter(whole.headers.get('content-type') ?? '', 'boundary')).toBe(
      `${id}.1206435600/mx1.northwind.example`,
    );
  });

  test('exchange says the same in text and in HTML', async () => {
    const [pair] = partsOf(splitPart(await build('exchange')));
    const bodies = partsOf(pair ?? { headers: new Map(), body: '' });
    expect(bodies.map((part) => part.headers.get('content-type')?.split(';')[0])).toEqual([
      'text/plain',
      'text/html',
    ]);
    for (const { body } of bodies) {
      expect(body.replaceAll('=\r\n', '')).toContain('#550 5.1.1 User unknown ##');
    }
  });

  test('exchange marks a part of its reports as automatic, the others not', async () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const marked = await Promise.all(
      seeds.map(async (seed) => {
        const message = await sampleMessage(DIALECTS.exchange, UNKNOWN_BEHIND, 400, seed);
        return splitPart(message.toString('latin1')).headers.has('auto-submitted');
      }),
    );
    expect(new Set(marked)).toEqual(new Set([true, false]));
  });
});

describe('a large original', () => {
  const SIZE = 150_000;

  test('goes into a postfix bounce by its headers only', async () => {
    const message = await build('postfix', UNKNOWN_BEHIND, SIZE);
    expect(partsOf(splitPart(message))[2]?.headers.get('content-type')).toBe('text/rfc822-headers');
    expect(message.length).toBeLessThan(4000);
    expect(await build('postfix', UNKNOWN_BEHIND, 40_000)).toContain('message/rfc822');
  });

  test('is cut at 100,000 octets by exim, between two lines', async () => {
    const message = await build('exim', UNKNOWN_BEHIND, SIZE);
    expect(message.length).toBeGreaterThan(100_000);
    expect(message.length).toBeLessThan(103_000);
    expect(parseBounce(message)?.failed).toEqual([RECIPIENT]);
    expect(partsOf(splitPart(message))[2]?.body).toMatch(/[^\r]\r\n$/);
  });

  test.each(['qmail', 'exchange'] as const)('comes back whole from %s', async (name) => {
    const { headers, body } = sampleBounce(UNKNOWN_BEHIND, SIZE).original;
    expect(await build(name, UNKNOWN_BEHIND, SIZE)).toContain(`${headers}\r\n${body}`);
  });
});
