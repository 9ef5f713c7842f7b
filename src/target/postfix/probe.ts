// One short dialogue with a Postfix that has just started: it is up when it greets, and its
// configuration is sound when it can judge a recipient.
import { setTimeout as sleep } from 'node:timers/promises';
import { dial, LABORATORY } from '../../guard/guard.ts';

/** Replies up to the one to the first RCPT: greeting, HELO, MAIL, RCPT. */
export const JUDGED = 4;

/**
 * The replies to HELO, MAIL, each RCPT and QUIT, after the greeting. Fewer than JUDGED: the server is
 * not up. Fewer than all: its rules hang up on such a client.
 */
export function talk(
  host: string,
  port: number,
  recipients: readonly string[],
  proxied: boolean,
): Promise<readonly string[]> {
  const rcpt = recipients.map((recipient) => `RCPT TO:<${recipient}>`);
  const commands = ['HELO probe.invalid', 'MAIL FROM:<probe@probe.invalid>', ...rcpt, 'QUIT'];
  return new Promise((resolve) => {
    // Not from a client's address: no client's greylist or limit may see it.
    const socket = dial({ host, port, localAddress: LABORATORY.target });
    if (proxied) socket.write(`PROXY TCP4 ${host} ${host} ${port} ${port}\r\n`);
    const replies: string[] = [];
    let rest = '';
    socket.setEncoding('utf8');
    socket.setTimeout(5000, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(replies));
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      // Only the last line of a reply has a blank behind its code (RFC 5321, 4.2.1).
      for (const line of lines.filter((text) => /^\d{3}(?: |$)/.test(text))) {
        replies.push(line);
        const command = commands[replies.length - 1];
        if (command !== undefined) socket.write(`${command}\r\n`);
      }
    });
  });
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
