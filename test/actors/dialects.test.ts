import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/actors/dialects/registry.ts';
import { DIALECT_NAMES, type DialectName } from '../../src/scenario/scenario.ts';
import {
  type Part,
  parameter,
  parseBounce,
  partsOf,
  splitPart,
  statusBlocks,
} from './bounce-parser.ts';
import { CAUSES, sampleBounce, sampleMessage, UNKNOWN_BEHIND } from './sample-bounces.ts';

/** Enough to see every form that a dialect has. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const NOTHING: Part = { headers: new Map(), body: '' };
const RECIPIENT = 'ingrid.larsen@northwind.example';
const REPORTS = ['postfix', 'exim', 'exchange', 'sendmail', 'gmail', 'domino'] as const;
/** Reports whose readable part is more than a text. */
const READABLE: Partial<Record<DialectName, string>> = {
  exchange: 'multipart/alternative',
  gmail: 'multipart/related',
};
const REPORT = { format: 'rfc3464' } as const;
/**
 * What a bounce parser finds in each. `status`: where it is not the cause's own; null: the format has
 * none. A virus notice speaks of no delivery, and a delayed message has not failed: no bounces.
 */
const VERDICTS: Readonly<
  Record<DialectName, { readonly format: string; readonly status?: string | null } | undefined>
> = {
  postfix: REPORT,
  exim: { ...REPORT, status: '5.0.0' },
  qmail: { format: 'qsbmf' },
  exchange: REPORT,
  'exim-2008': { format: 'exim-header', status: null },
  sendmail: REPORT,
  'exchange-2003': { format: 'mail-service', status: null },
  'gmail-2008': { format: 'exim-header', status: null },
  gmail: REPORT,
  yahoo: { format: 'qsbmf' },
  domino: REPORT,
  'filter-notice': { ...REPORT, status: '5.7.1' },
  'virus-notice': undefined,
  'delay-warning': undefined,
};

async function build(name: DialectName, ...rest: [facts?: (typeof CAUSES)[string], size?: number]) {
  return (await sampleMessage(DIALECTS[name], ...rest)).toString('latin1');
}

/** Of a part that names none it is the default of RFC 2045. */
function typeOf(part: Part): string | undefined {
  return (part.headers.get('content-type') ?? 'text/plain').split(';')[0];
}

async function head(name: DialectName, seed: number) {
  const message = await sampleMessage(DIALECTS[name], UNKNOWN_BEHIND, 400, seed);
  return splitPart(message.toString('latin1')).headers;
}

test('every dialect that a scenario can name is there under its own name', () => {
  expect(Object.entries(DIALECTS).map(([name, dialect]) => [name, dialect.name])).toEqual(
    DIALECT_NAMES.map((name) => [name, name]),
  );
});

describe.each(DIALECT_NAMES)('a bounce of %s', (name) => {
  test.each(Object.entries(CAUSES))('passes a bounce parser (%s), or is none', async (_, facts) => {
    const expected = VERDICTS[name];
    const status = expected?.status === undefined ? facts.reply.enhanced : expected.status;
    for (const seed of SEEDS) {
      const verdict = parseBounce(
        (await sampleMessage(DIALECTS[name], facts, 400, seed)).toString(),
      );
      expect(verdict?.format).toBe(expected?.format);
      if (expected === undefined) continue;
      expect(verdict?.failed).toEqual([RECIPIENT]);
      expect(verdict?.status ?? null).toBe(status);
    }
  });

  test('is the same for the same numbers and another for others', async () => {
    const messages = await Promise.all(
      [7, 7, 8].map((seed) => sampleMessage(DIALECTS[name], UNKNOWN_BEHIND, 400, seed)),
    );
    expect(messages[1]).toEqual(messages[0]);
    expect(messages[2]).not.toEqual(messages[0]);
  });

  test('keeps to SMTP: CRLF only, seven bits, no line above 998 octets', async () => {
    for (const seed of SEEDS) {
      const built = await sampleMessage(DIALECTS[name], UNKNOWN_BEHIND, 20_000, seed);
      const message = built.toString('latin1');
      expect(message.endsWith('\r\n')).toBe(true);
      expect(message.replaceAll('\r\n', '')).toMatch(/^[\t -~]*$/);
      expect(message).not.toMatch(/[^\r\n]{999}/);
    }
  });

  test('names nothing outside the reserved domains', async () => {
    const texts = await Promise.all(
      SEEDS.map((seed) => sampleMessage(DIALECTS[name], UNKNOWN_BEHIND, 400, seed)),
    );
    const text = Buffer.concat(texts).toString('latin1').replaceAll('=\r\n', '');
    const hosts = text.match(/(?<=@|from |by |dns; ?|HELO |helo=)[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi);
    expect(hosts?.length).toBeGreaterThan(4);
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
    expect(parts.map(typeOf)).toEqual([
      READABLE[name] ?? 'text/plain',
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
      /^rfc822; ?ingrid\.larsen@northwind\.example$/i,
    );
    expect(recipient?.get('action')).toBe('failed');
    expect(recipient?.get('status')).toMatch(/^5\.\d\.\d$/);
    expect(recipient?.get('diagnostic-code')).toMatch(/^smtp; ?550 5\.1\.1 User unknown$/i);
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
    ['exim-2008', 'subject', /^Mail delivery failed: returning message to sender$/],
    ['exim-2008', 'x-failed-recipients', /^ingrid\.larsen@northwind\.example$/],
    ['exim-2008', 'auto-submitted', /^auto-replied$/],
    ['sendmail', 'subject', /^Returned mail: see transcript for details$/],
    ['sendmail', 'from', /^Mail Delivery Subsystem <MAILER-DAEMON@mx1\.northwind\.example>$/],
    ['sendmail', 'auto-submitted', /^auto-generated \(failure\)$/],
    ['sendmail', 'message-id', /^<200803250900\.m2P900\w\w\d{6}@mx1\.northwind\.example>$/],
    ['exchange-2003', 'subject', /^Undeliverable: \w+/],
    ['exchange-2003', 'from', /^System Administrator <postmaster@northwind\.example>$/],
    ['exchange-2003', 'content-type', /^multipart\/mixed;/],
    ['gmail-2008', 'subject', /^Delivery Status Notification \(Failure\)$/],
    ['gmail-2008', 'x-failed-recipients', /^ingrid\.larsen@northwind\.example$/],
    ['gmail-2008', 'content-type', /^text\/plain;/],
    ['gmail', 'subject', /^Delivery Status Notification \(Failure\)$/],
    ['gmail', 'from', /^Mail Delivery Subsystem <mailer-daemon@googlemail\.example>$/],
    ['gmail', 'auto-submitted', /^auto-replied$/],
    ['yahoo', 'subject', /^Failure Notice$/],
    ['yahoo', 'from', /^MAILER-DAEMON@yahoo\.example$/],
    ['domino', 'subject', /^DELIVERY FAILURE: 550 5\.1\.1 User unknown$/],
    [
      'filter-notice',
      'subject',
      /UNSOLICITED BULK EMAIL, apparently from you$|^\*\*Message you sent/,
    ],
    ['virus-notice', 'subject', /virus|infected/i],
    ['qmail', 'subject', /^failure notice$/],
    ['qmail', 'from', /^MAILER-DAEMON@mx1\.northwind\.example$/],
    ['qmail', 'date', /^25 Mar 2008 09:00:00 -0000$/],
    ['exchange', 'subject', /^Undeliverable: \w+/],
    ['exchange', 'from', /^Microsoft Outlook <MicrosoftExchange[0-9a-f]{32}@northwind\.example>$/],
    ['exchange', 'content-language', /^en-US$/],
  ] as const)('%s writes its %s in its own manner', async (name, field, manner) => {
    expect(splitPart(await build(name)).headers.get(field)).toMatch(manner);
  });

  test.each([
    'qmail',
    'exchange-2003',
    'gmail-2008',
    'yahoo',
    'domino',
    'filter-notice',
    'virus-notice',
  ] as const)('%s does not say that it is automatic', async (name) => {
    for (const seed of SEEDS)
      expect([...(await head(name, seed)).keys()]).not.toContain('auto-submitted');
  });

  test.each([
    ['filter-notice', 'from', [/^"Content-filter at /, /^MAILER-DAEMON </]],
    ['virus-notice', 'content-type', [/^text\/plain;/, /^multipart\/mixed;/]],
    ['delay-warning', 'subject', [/message for past 4 hours$/, /message \S+ delayed 24 hours$/]],
    ['delay-warning', 'auto-submitted', [/^auto-generated \(warning-timeout\)$/, /^auto-replied$/]],
  ] as const)('%s comes in two forms, told by the %s', async (name, field, forms) => {
    const values = await Promise.all(
      SEEDS.map(async (seed) => (await head(name, seed)).get(field)),
    );
    const found = values.map((value) => forms.findIndex((form) => form.test(value ?? '')));
    expect(new Set(found)).toEqual(new Set([0, 1]));
  });

  test('a delay warning of sendmail speaks of a delay in its status too', async () => {
    for (const seed of SEEDS) {
      const whole = splitPart(
        (await sampleMessage(DIALECTS['delay-warning'], UNKNOWN_BEHIND, 400, seed)).toString(),
      );
      if (!whole.headers.has('content-type')) continue;
      const [, recipient] = statusBlocks(partsOf(whole)[1]?.body ?? '');
      expect(recipient?.get('action')).toBe('delayed');
      expect(recipient?.get('status')).toBe('4.4.1');
    }
  });

  test.each([
    ['User unknown', 'Address not found'],
    ['Mailbox full', 'Recipient inbox full'],
    ['Message refused by policy', 'Message blocked'],
  ])('gmail heads its text and its HTML by the cause: %s', async (cause, heading) => {
    const message = await build('gmail', CAUSES[`${cause}, said the host itself`]);
    expect(message).toContain(`\r\n** ${heading} **\r\n`);
    expect(message).toContain(`margin: 0">\r\n${heading}\r\n</h2>`);
  });

  test('domino words an unknown user of its own as its directory does', async () => {
    const message = await build('domino', CAUSES['User unknown, said the host itself']);
    expect(message).toContain(`(${RECIPIENT}) not listed in Domino Directory`);
  });

  test('gmail says the same in text and in HTML, beside a picture', async () => {
    const [related] = partsOf(splitPart(await build('gmail')));
    const [pair, icon] = partsOf(related ?? NOTHING);
    const bodies = partsOf(pair ?? NOTHING);
    expect(bodies.map(typeOf)).toEqual(['text/plain', 'text/html']);
    for (const { body } of bodies) expect(body).toContain('\r\n550 5.1.1 User unknown\r\n');
    expect(
      Buffer.from(icon?.body ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
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

  test.each(['filter-notice', 'virus-notice', 'delay-warning'] as const)(
    'changes nothing about a %s, which returns no more than headers',
    async (name) => {
      for (const seed of SEEDS) {
        const small = await sampleMessage(DIALECTS[name], UNKNOWN_BEHIND, 400, seed);
        const large = await sampleMessage(DIALECTS[name], UNKNOWN_BEHIND, SIZE, seed);
        expect(large).toEqual(small);
        expect(large.length).toBeGreaterThan(900);
        expect(large.length).toBeLessThan(2600);
      }
    },
  );

  test('is cut at 100,000 octets by exim-2008 too', async () => {
    const message = await build('exim-2008', UNKNOWN_BEHIND, SIZE);
    expect(message.length).toBeGreaterThan(100_000);
    expect(message.length).toBeLessThan(102_000);
    expect(message).toMatch(/[^\r]\r\n$/);
  });

  test('is cut at 100,000 octets by exim, between two lines', async () => {
    const message = await build('exim', UNKNOWN_BEHIND, SIZE);
    expect(message.length).toBeGreaterThan(100_000);
    expect(message.length).toBeLessThan(103_000);
    expect(parseBounce(message)?.failed).toEqual([RECIPIENT]);
    expect(partsOf(splitPart(message))[2]?.body).toMatch(/[^\r]\r\n$/);
  });

  test.each([
    'qmail',
    'exchange',
    'sendmail',
    'exchange-2003',
    'gmail-2008',
    'gmail',
    'yahoo',
    'domino',
  ] as const)('comes back whole from %s', async (name) => {
    const { headers, body } = sampleBounce(UNKNOWN_BEHIND, SIZE).original;
    expect(await build(name, UNKNOWN_BEHIND, SIZE)).toContain(`${headers}\r\n${body}`);
  });
});
