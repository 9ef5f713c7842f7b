// One short dialogue with a Postfix that has just started: it is up when it greets, and its
// configuration is sound when it can judge a recipient and take a message.
import { setTimeout as sleep } from 'node:timers/promises';
import { dial, LABORATORY } from '../../guard/guard.ts';
import { FIRST_LOOKER } from '../../world/first-look.ts';

/** Replies up to the one to the first RCPT: greeting, HELO, MAIL, RCPT. */
export const JUDGED = 4;

/** Longer than a content filter takes as a rule: what it keeps would come in the middle of the load. */
const SILENCE_MS = 5000;

const MAIL = `MAIL FROM:<${FIRST_LOOKER}>`;
const MESSAGE = [
  `From: <${FIRST_LOOKER}>`,
  'To: <postmaster>',
  'Subject: first look',
  'Date: Thu, 1 Jan 2026 00:00:00 +0000',
  `Message-ID: <${FIRST_LOOKER}>`,
  '',
  'Is everything here that mail needs?',
  '.',
].join('\r\n');

interface Door {
  readonly host: string;
  readonly port: number;
  readonly proxied: boolean;
}

interface Questions {
  readonly recipients: readonly string[];
  /** A message to the first of them, if it is taken. */
  readonly sendsMessage: boolean;
}

export interface Said {
  /**
   * To HELO, MAIL, each RCPT, the message and QUIT, after the greeting. Fewer than JUDGED: the server is
   * not up. Fewer than all: its rules hang up on such a client.
   */
  readonly replies: readonly string[];
  readonly tookMessage: boolean;
}

export function talk(
  { host, port, proxied }: Door,
  { recipients, sendsMessage }: Questions,
): Promise<Said> {
  const rcpt = recipients.map((recipient) => `RCPT TO:<${recipient}>`);
  const commands = ['HELO probe.invalid', MAIL, ...rcpt, 'QUIT'];
  return new Promise((resolve) => {
    // Not from a client's address: no client's greylist or limit may see it.
    const socket = dial({ host, port, localAddress: LABORATORY.target });
    if (proxied) socket.write(`PROXY TCP4 ${host} ${host} ${port} ${port}\r\n`);
    const replies: string[] = [];
    let tookMessage = false;
    let asked = '';
    let rest = '';
    socket.setEncoding('utf8');
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ replies, tookMessage }));
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      // Only the last line of a reply has a blank behind its code (RFC 5321, 4.2.1).
      for (const line of lines.filter((text) => /^\d{3}(?: |$)/.test(text))) {
        replies.push(line);
        if (asked === MESSAGE) tookMessage = line.startsWith('2');
        if (sendsMessage) commands.unshift(...messageAfter(asked === rcpt[0], asked, line));
        asked = commands.shift() ?? '';
        if (asked !== '') socket.write(`${asked}\r\n`);
      }
    });
  });
}

/** What follows a reply on the way to a message. The next recipient gets no copy: it may have to bounce. */
function messageAfter(isRecipient: boolean, asked: string, reply: string): readonly string[] {
  if (isRecipient && reply.startsWith('2')) return ['DATA'];
  if (asked === 'DATA' && reply.startsWith('3')) return [MESSAGE];
  return asked === MESSAGE ? [MAIL] : [];
}

/** Looks until `done` gives a value, or the deadline has passed. */
export async function until<T>(
  deadlineMs: number,
  everyMs: number,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T | undefined> {
  for (const end = performance.now() + deadlineMs; performance.now() < end; await sleep(everyMs)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  return undefined;
}
