// One question to the server behind: whether it would take mail for an address (as Postfix' verify(8) asks).
// A session up to RCPT, and nothing is sent.
import { createInterface } from 'node:readline';
import { dial } from '../../guard/guard.ts';
import { HOST_NAME } from '../../world/prompt-server.ts';
import type { Address } from './ways.ts';

/** As was said to RCPT, or before it, where it did not come to that. Undefined: nothing was said. */
export type ProbeReply = string | undefined;

/** As Postfix: address_verify_sender, which is no null sender, since some servers refuse that. */
const SENDER = `double-bounce@${HOST_NAME}`;
const LIMIT_MS = 300_000;
const LAST_LINE = /^\d{3}(?: |$)/;

/** Never rejects. */
export function probe(to: Address, recipient: string): Promise<ProbeReply> {
  const steps = [`EHLO ${HOST_NAME}`, `MAIL FROM:<${SENDER}>`, `RCPT TO:<${recipient}>`];
  const socket = dial({ ...to, noDelay: true });
  const lines = createInterface({ input: socket });
  return new Promise((resolve) => {
    const finish = (reply: ProbeReply): void => {
      resolve(reply);
      lines.close();
      if (reply === undefined) socket.destroy();
      else socket.end('QUIT\r\n').resume();
    };
    socket.setTimeout(LIMIT_MS, () => finish(undefined));
    socket.on('error', () => finish(undefined));
    lines.on('close', () => finish(undefined));
    lines.on('line', (line) => {
      if (!LAST_LINE.test(line)) return;
      const next = steps.shift();
      // Whatever was said to RCPT is the answer; before it only a refusal is.
      if (next === undefined || !line.startsWith('2')) finish(line);
      else socket.write(`${next}\r\n`);
    });
  });
}
