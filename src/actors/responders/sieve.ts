// Vacation answers of Sieve scripts (RFC 5230) in the form of Dovecot's Pigeonhole: marked as
// automatic, a reply to the original, handed to a Postfix.

import { traitOf } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import { originalId } from '../dialects/bounce-facts.ts';
import { postfix } from '../dialects/postfix.ts';
import { characters, HEX, integer, pick } from '../draw.ts';
import { mailDate, pickZone, unixSeconds } from '../mail-date.ts';
import { composePlain, EIGHT_BIT_FIELD, utf8Octets } from '../mime.ts';
import { absence, absenceLines } from './absence.ts';
import { ENGLISH, GERMAN, SPANISH } from './absence-phrases.ts';
import type { Answer, Responder } from './responder.ts';

/** Share of the sites that set the user as the envelope's sender. An assumption: "some". */
const NAMED_SENDERS = 0.15;
/** Share of those who write in German or Spanish. An assumption. */
const ABROAD = 0.2;

export const sieve: Responder = {
  name: 'sieve',
  habit: postfix.habit,
  retry: postfix.retry,
  reversePath: ({ host, address }) => (traitOf(host) < NAMED_SENDERS ? address : ''),
  build: (answer, random) => Promise.resolve(render(answer, random)),
};

function render(answer: Answer, random: Random): Buffer {
  const { sender, victim, original, date } = answer;
  const stamp = mailDate(date, pickZone(random));
  const id = `dovecot-sieve-${unixSeconds(date)}-${integer(random, 0, 999_999)}-0`;
  const head = [
    `Received: by ${sender.host} (Postfix, from userid ${integer(random, 100, 5000)})`,
    `\tid ${characters(random, HEX, 10)}; ${stamp}`,
    'X-Sieve: Pigeonhole Sieve 0.5.4 ()',
    `Message-ID: <${id}@${sender.host}>`,
    `Date: ${stamp}`,
    `From: <${sender.address}>`,
    `To: <${victim}>`,
    // The subject that the RFC names for scripts that set none.
    `Subject: Auto: ${original.subject}`,
    `In-Reply-To: ${originalId(answer)}`,
    `References: ${originalId(answer)}`,
    'Auto-Submitted: auto-replied (vacation)',
    'Precedence: bulk',
    'X-Auto-Response-Suppress: All',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    EIGHT_BIT_FIELD,
  ];
  const phrases = random() < ABROAD ? pick(random, [GERMAN, SPANISH]) : ENGLISH;
  const text = absence(answer, random, phrases);
  return composePlain(head, absenceLines(text).map(utf8Octets));
}
