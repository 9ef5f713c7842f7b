import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { RESPONDERS } from '../../src/actors/responders/registry.ts';
import { ask, PYTHON_EMAIL } from '../../src/bench/fidelity/judges.ts';
import {
  CHALLENGE_SYSTEMS,
  LIST_SYSTEMS,
  type ResponderName,
  VACATION_SYSTEMS,
} from '../../src/scenario/scenario.ts';
import { type Part, parseBounce, partsOf, splitPart } from './bounce-parser.ts';
import { canAsk } from './judges.ts';
import { sampleAnswer, sampleReply } from './sample-answers.ts';

const NAMES = [...VACATION_SYSTEMS, ...LIST_SYSTEMS, ...CHALLENGE_SYSTEMS];
/** Enough to see every form that a responder has. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const VICTIM = 'jslopez@xman.test';
/** Of the original that every sample answers. */
const SUBJECT = sampleAnswer(RESPONDERS.sieve).original.subject;
const ORIGINAL_ID = /<[0-9A-F]{12}@xman\.test>/;
const PERSON = 'ingrid_larsen@northwind.example';

/** One per seed. */
async function replies(name: ResponderName, seeds = SEEDS): Promise<Part[]> {
  const texts = await Promise.all(seeds.map((seed) => sampleReply(RESPONDERS[name], seed)));
  return texts.map(splitPart);
}

function typesOf(part: Part): string[] {
  const type = (part.headers.get('content-type') ?? 'text/plain').split(';')[0] ?? '';
  return [type, ...(type.startsWith('multipart/') ? partsOf(part).flatMap(typesOf) : [])];
}

test('every system that a scenario can name is there under its own name', () => {
  expect(Object.entries(RESPONDERS).map(([name, { name: own }]) => [name, own])).toEqual(
    NAMES.map((name) => [name, name]),
  );
});

describe.each(NAMES)('an answer of %s', (name) => {
  test('goes to the victim, dated, and says whom it is from', async () => {
    for (const { headers } of await replies(name)) {
      expect(headers.get('to')).toContain(VICTIM);
      expect(headers.get('from')).toMatch(/@(?:mx1\.)?northwind\.example/);
      expect(headers.get('date')).toMatch(/25 Mar 2008 \d\d:00:00 [+-]\d{4}$/);
      expect(headers.get('subject')).toMatch(/\S/);
    }
  });

  test('is the same for the same numbers and another for others', async () => {
    const [first, again, other] = await Promise.all(
      [7, 7, 8].map((seed) => sampleReply(RESPONDERS[name], seed)),
    );
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test('keeps to SMTP: CRLF only, no line above 998 octets, 8 bits only where declared', async () => {
    for (const seed of SEEDS) {
      const message = await sampleReply(RESPONDERS[name], seed, 20_000);
      expect(message.endsWith('\r\n')).toBe(true);
      const declared = message.includes('\r\nContent-Transfer-Encoding: 8bit\r\n');
      const allowed = declared ? /^[\t -~\x80-\xff]*$/ : /^[\t -~]*$/;
      expect(message.replaceAll('\r\n', '')).toMatch(allowed);
      expect(message).not.toMatch(/[^\r\n]{999}/);
    }
  });

  test('names nothing outside the reserved domains', async () => {
    const texts = await Promise.all(SEEDS.map((seed) => sampleReply(RESPONDERS[name], seed)));
    const hosts = texts
      .join('')
      .match(/(?<=@|by |HELO |http:\/\/|from (?=\S+ \())[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi);
    expect(hosts?.length).toBeGreaterThan(4);
    expect(hosts?.filter((host) => !/\.(?:test|invalid|example)$/.test(host))).toEqual([]);
  });

  test('is the one of the golden file', async () => {
    const golden = new URL(`../golden/responder-${name}.eml`, import.meta.url);
    const message = (await sampleReply(RESPONDERS[name])).replaceAll('\r\n', '\n');
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync(fileURLToPath(new URL('.', golden)), { recursive: true });
      writeFileSync(golden, message, 'latin1');
    }
    expect(message).toBe(readFileSync(golden, 'latin1'));
  });
});

describe('the marks of each system', () => {
  const RE_SUBJECT = new RegExp(`^(?:Auto|Automatic reply|Out of Office AutoReply): ${SUBJECT}$`);
  test.each([
    ['sieve', 'subject', RE_SUBJECT],
    ['sieve', 'auto-submitted', /^auto-replied \(vacation\)$/],
    ['sieve', 'precedence', /^bulk$/],
    ['sieve', 'in-reply-to', ORIGINAL_ID],
    ['sieve', 'message-id', /^<dovecot-sieve-1206435600-\d+-0@mx1\.northwind\.example>$/],
    ['sieve', 'from', new RegExp(`^<${PERSON}>$`)],
    ['vacation', 'subject', /^away from my mail$/],
    ['vacation', 'delivered-by-the-graces-of', /^The Vacation program$/],
    ['vacation', 'precedence', /^bulk$/],
    ['vacation', 'message-id', /^<200803250900\.m2P900\w\w\d{6}@mx1\.northwind\.example>$/],
    ['exchange', 'subject', RE_SUBJECT],
    ['exchange', 'x-auto-response-suppress', /^All$/],
    ['exchange', 'auto-submitted', /^auto-generated$/],
    ['exchange', 'references', ORIGINAL_ID],
    ['exchange', 'thread-topic', new RegExp(`^${SUBJECT}$`)],
    ['exchange', 'thread-index', /^AQH[A-Za-z0-9]{27}==$/],
    ['exchange-2003', 'subject', RE_SUBJECT],
    ['exchange-2003', 'x-mimeole', /^Produced By Microsoft Exchange V6\.5$/],
    ['exchange-2003', 'from', new RegExp(`^"Larsen, Ingrid" <${PERSON}>$`)],
    ['mailman', 'subject', /^Your message to Members awaits moderator approval$/],
    ['mailman', 'from', /^members-bounces@northwind\.example$/],
    ['mailman', 'list-id', /^<members\.northwind\.example>$/],
    ['mailman', 'precedence', /^bulk$/],
    ['mailman', 'x-list-administrivia', /^yes$/],
    ['majordomo', 'from', /^Majordomo@northwind\.example$/],
    ['ezmlm', 'subject', /^failure notice$/],
    ['ezmlm', 'from', /^MAILER-DAEMON@mx1\.northwind\.example$/],
    ['tmda', 'subject', /^Please confirm your message$/],
    ['tmda', 'precedence', /^bulk$/],
    ['tmda', 'message-id', /^<1206435600\.\d+\.TMDA@mx1\.northwind\.example>$/],
    ['tmda', 'x-delivery-agent', /^TMDA\/\d/],
    ['tmda', 'reply-to', /^ingrid_larsen-confirm-1206435600\.\d+\.[0-9a-f]{6}@northwind\.example$/],
    ['tmda', 'in-reply-to', ORIGINAL_ID],
    [
      'html',
      'subject',
      /^(?:Please Verify Your Email Address$|Unverified email to ingrid_larsen@)/,
    ],
    ['html', 'from', /<verify@northwind\.example>$/],
    ['html', 'in-reply-to', ORIGINAL_ID],
  ] as const)('%s writes its %s in its own manner', async (name, field, manner) => {
    for (const { headers } of await replies(name)) expect(headers.get(field)).toMatch(manner);
  });

  const PAIR = ['multipart/alternative', 'text/plain', 'text/html'];
  test.each([
    ['sieve', ['text/plain']],
    ['vacation', ['text/plain']],
    ['exchange', PAIR],
    ['exchange-2003', PAIR],
    ['mailman', ['text/plain']],
    ['majordomo', ['text/plain']],
    ['ezmlm', ['text/plain']],
    ['tmda', ['multipart/mixed', 'text/plain', 'message/rfc822']],
    ['html', ['text/html']],
  ] as const)('%s has the parts %j', async (name, types) => {
    for (const reply of await replies(name)) expect(typesOf(reply)).toEqual(types);
  });

  test.each([
    ['vacation', ['in-reply-to', 'mime-version', 'x-auto-response-suppress']],
    ['exchange-2003', ['auto-submitted', 'in-reply-to', 'precedence', 'x-auto-response-suppress']],
    ['mailman', ['auto-submitted', 'in-reply-to']],
    ['majordomo', ['auto-submitted', 'in-reply-to', 'precedence', 'mime-version']],
    ['ezmlm', ['auto-submitted', 'in-reply-to', 'precedence', 'message-id']],
    ['html', ['auto-submitted', 'precedence']],
  ] as const)('%s has none of %j', async (name, fields) => {
    for (const { headers } of await replies(name)) {
      expect(fields.filter((field) => headers.has(field))).toEqual([]);
    }
  });

  test.each(VACATION_SYSTEMS)(
    '%s speaks of an absence, in the name of the person',
    async (name) => {
      for (const { body } of await replies(name)) {
        expect(Buffer.from(body, 'latin1').toString()).toMatch(
          /out of the office|on holiday|nicht im Büro|im Urlaub|fuera de la oficina|de vacaciones/,
        );
        expect(body).toContain('Ingrid Larsen');
      }
    },
  );

  test('mailman quotes the subject and says that the message is held', async () => {
    for (const { body } of await replies('mailman')) {
      expect(body).toContain(`Your mail to 'Members' with the subject\r\n\r\n    ${SUBJECT}\r\n`);
      expect(body).toContain('Is being held until the list moderator can review it for approval.');
    }
  });

  test('majordomo asks for a confirmation, or reads the lines of the spam as commands', async () => {
    const all = await replies('majordomo');
    const subjects = all.map(({ headers }) => headers.get('subject') ?? '');
    expect(new Set(subjects)).toEqual(
      new Set([`Majordomo results: ${SUBJECT}`, 'Confirmation for subscribe members']),
    );
    const { original } = sampleAnswer(RESPONDERS.majordomo);
    const [line = ''] = original.body.split('\r\n');
    for (const { headers, body } of all) {
      if (headers.get('subject')?.startsWith('Conf')) {
        expect(body).toMatch(/^\tauth [0-9a-f]{8} subscribe members jslopez@xman\.test\r$/m);
      } else {
        expect(body).toContain(`>>>> ${line}\r\n**** Command '`);
        expect(body).toContain('**** Help for Majordomo@northwind.example');
      }
    }
  });

  test('ezmlm is a bounce of qmail for the list', async () => {
    for (const seed of SEEDS) {
      const verdict = parseBounce(await sampleReply(RESPONDERS.ezmlm, seed));
      expect(verdict?.format).toBe('qsbmf');
      expect(verdict?.failed).toEqual(['members@northwind.example']);
      expect(verdict?.status).toMatch(/^5\.7\.[02]$/);
    }
  });

  test.each(['tmda', 'ezmlm'] as const)('%s returns the original whole', async (name) => {
    const { headers, body } = sampleAnswer(RESPONDERS[name], 30_000).original;
    expect(await sampleReply(RESPONDERS[name], 7, 30_000)).toContain(`${headers}\r\n${body}`);
  });

  test('html has a link to confirm by, and the subject of what waits', async () => {
    for (const { body } of await replies('html')) {
      expect(body).toMatch(/<a href="http:\/\/verify\.northwind\.example\/c\/\w{22}">/);
      expect(body).toContain(SUBJECT);
    }
  });
});

test.skipIf(!canAsk(PYTHON_EMAIL))(
  'a strict MIME parser finds no fault in any answer',
  async () => {
    const all = NAMES.flatMap((name) => SEEDS.map((seed) => ({ name, seed })));
    const texts = await Promise.all(
      all.map(({ name, seed }) => sampleReply(RESPONDERS[name], seed)),
    );
    const opinions = ask(
      PYTHON_EMAIL,
      texts.map((text) => Buffer.from(text, 'latin1')),
    );
    expect(all.map(({ name }, i) => [name, opinions[i]?.defects])).toEqual(
      all.map(({ name }) => [name, []]),
    );
  },
);
