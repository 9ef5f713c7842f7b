import { describe, expect, test } from 'vitest';
import { RESPONDERS } from '../../src/actors/responders/registry.ts';
import { ask as askJudge, PYTHON_EMAIL } from '../../src/bench/fidelity/judges.ts';
import {
  type Actor,
  DIALECT_NAMES,
  type DialectName,
  VACATION_SYSTEMS,
} from '../../src/scenario/scenario.ts';
import type { Script } from '../../src/smtp/script.ts';
import { Stage } from '../smtp/transcript.ts';
import { type Part, partsOf, splitPart } from './bounce-parser.ts';
import { canAsk } from './judges.ts';
import { sampleReply } from './sample-answers.ts';
import { ask, COMMON } from './senders.ts';

const SESSIONS = 300;
const OFFERS = '250-mx.target.test\r\n250 8BITMIME\r\n';
const HAS_8_BITS = /[\x80-\xff]/;
/** Those that return 8-bit originals as they came. */
const RETURNING: readonly DialectName[] = ['postfix', 'qmail', 'sendmail'];

async function scriptsOf(manner: Pick<Actor, 'kind'> & Record<string, unknown>): Promise<Script[]> {
  const { sender, session } = await ask({ ...COMMON, ...manner } as unknown as Actor);
  return Array.from({ length: SESSIONS }, (_, i) => sender.script(session(i), 0));
}

const bouncing = (name: DialectName) =>
  scriptsOf({ kind: 'bouncer', dialects: { [name]: 1 }, emptyData: 0 });
const writing = () =>
  scriptsOf({
    kind: 'legit',
    size: 'legit-2009',
    systems: { postfix: 1 },
    several: 0,
    lists: 0,
    deadUsers: 0,
    bounces: 0.2,
  });
const vacationing = () => scriptsOf({ kind: 'vacation', systems: { sieve: 1 } });

const textOf = ({ message }: Script) => Buffer.concat(message ?? []).toString('latin1');
const share = (scripts: readonly Script[]) =>
  scripts.filter((script) => HAS_8_BITS.test(textOf(script))).length / scripts.length;

/** What the client says after EHLO, in clear and in lock-step. */
function mailLine(script: Script): string {
  const stage = new Stage({ ...script, pipelining: false, starttls: false }).connect();
  stage.says('220 mx.target.test\r\n');
  return stage.says(script.greeting === 'EHLO' ? OFFERS : '250 mx.target.test\r\n');
}

/** Throws where a part of 8 bits stands in one that does not say so (RFC 2045 §6.4). */
function checkDeclared(part: Part): void {
  const { headers, body } = part;
  const type = headers.get('content-type');
  if (!type || !HAS_8_BITS.test(body)) return;
  expect([type, headers.get('content-transfer-encoding')]).toEqual([type, '8bit']);
  if (type.startsWith('multipart/')) for (const inner of partsOf(part)) checkDeclared(inner);
  if (type.startsWith('message/rfc822')) checkDeclared(splitPart(body));
}

describe.each([
  ['bounces of postfix', () => bouncing('postfix'), 0.2],
  ['bounces of sendmail', () => bouncing('sendmail'), 0.2],
  ['legitimate mail', writing, 0.28],
  ['vacations of sieve', vacationing, 0.2],
] as const)('%s', (_, scripts, expected) => {
  test('have 8 bits at the usual share, and announce them where they are offered', async () => {
    const all = await scripts();
    expect(Math.abs(share(all) - expected)).toBeLessThan(0.1);
    for (const script of all) {
      const needed = HAS_8_BITS.test(textOf(script));
      expect(script.eightBit).toBe(needed);
      expect(mailLine(script).includes(' BODY=8BITMIME')).toBe(needed);
    }
  });

  test('declare them in the part that has them and in all that enclose it', async () => {
    for (const script of await scripts()) checkDeclared(splitPart(textOf(script)));
  });

  test.skipIf(!canAsk(PYTHON_EMAIL))("are sound to Python's MIME parser", async () => {
    const messages = (await scripts())
      .slice(0, 60)
      .map((script) => Buffer.from(textOf(script), 'latin1'));
    expect(askJudge(PYTHON_EMAIL, messages).flatMap(({ defects }) => defects)).toEqual([]);
  });
});

test('qmail sends 8 bits without a word, since it greets by HELO', async () => {
  const scripts = await bouncing('qmail');
  expect(Math.abs(share(scripts) - 0.2)).toBeLessThan(0.1);
  for (const script of scripts) expect(mailLine(script)).toMatch(/^MAIL FROM:<[^>]*>\r\n$/);
});

test.each(DIALECT_NAMES.filter((name) => !RETURNING.includes(name)))(
  '%s has originals of seven bits only',
  async (name) => {
    for (const script of await bouncing(name)) {
      expect(textOf(script)).not.toMatch(HAS_8_BITS);
      expect(script.eightBit).toBe(false);
    }
  },
);

test('people away write in UTF-8 to their sieve, the other systems in seven bits', async () => {
  const seeds = Array.from({ length: 40 }, (_, seed) => seed);
  for (const name of VACATION_SYSTEMS) {
    const texts = await Promise.all(seeds.map((seed) => sampleReply(RESPONDERS[name], seed)));
    const abroad = texts.filter((text) => HAS_8_BITS.test(text));
    expect(abroad.length > 0).toBe(name === 'sieve');
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for (const text of abroad) {
      expect(decoder.decode(Buffer.from(text, 'latin1'))).toMatch(/Grüße|für|ñ|é|í|ü/);
    }
  }
});
