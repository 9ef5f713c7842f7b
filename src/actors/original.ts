// The forged spam that a bounce returns: gibberish that advertises nothing, in the victim's name, with
// a line of forged trace. What the bouncing host added on receipt is its dialect's business.

import { mailDomain } from '../plan/host-name.ts';
import type { Random } from '../plan/random.ts';
import type { OriginalMessage } from './actor.ts';
import { characters, documentationAddress, HEX, integer, pick } from './draw.ts';
import { fillerText, LATIN1, words } from './filler-text.ts';
import { mailDate, pickZone } from './mail-date.ts';
import { CRLF, EIGHT_BIT_FIELD } from './mime.ts';

export interface Forgery {
  readonly victim: string;
  readonly recipient: string;
  /** When the bouncing host took the message. */
  readonly date: Date;
  readonly bodyBytes: number;
  /** With letters of western Europe in the body. */
  readonly eightBit?: boolean;
}

const LATIN1_FIELDS = [
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=iso-8859-1',
  EIGHT_BIT_FIELD,
];

/** Header lines each end with CRLF; the empty line between headers and body is in neither. */
export function forgeOriginal(forgery: Forgery, random: Random): OriginalMessage {
  const { victim, recipient, eightBit = false } = forgery;
  const domain = victim.slice(victim.indexOf('@') + 1);
  const subject = forgedSubject(random);
  const sent = new Date(forgery.date.getTime() - integer(random, 2, 900) * 1000);
  const date = mailDate(sent, pickZone(random));
  const headers = [
    `Received: from ${domain} ([${documentationAddress(random)}])`,
    `\tby ${domain} with SMTP; ${date}`,
    `Message-ID: <${characters(random, HEX, 12)}@${domain}>`,
    `From: <${victim}>`,
    `To: <${recipient}>`,
    `Subject: ${subject}`,
    `Date: ${date}`,
    ...(eightBit ? LATIN1_FIELDS : []),
  ];
  return {
    headers: headers.map((line) => line + CRLF).join(''),
    body: fillerText(random, forgery.bodyBytes, eightBit ? LATIN1 : undefined),
    subject,
    eightBit,
  };
}

/** What a bouncing host saw of the machine that the spam came from. */
export interface SpamSource {
  readonly helo: string;
  readonly address: string;
}

export function spamSource(recipientHost: string, random: Random): SpamSource {
  const address = documentationAddress(random);
  const dynamic = `dyn-${address.replaceAll('.', '-')}.dialup.invalid`;
  // Bots greet with what they find: their own name, or that of the domain they write to.
  return { helo: pick(random, [dynamic, dynamic, mailDomain(recipientHost)]), address };
}

function forgedSubject(random: Random): string {
  const text = words(random, integer(random, 2, 6));
  return random() < 0.25 ? `Re: ${text}` : text.charAt(0).toUpperCase() + text.slice(1);
}
