// Bounces as Exim has built them since 4.86: X-Failed-Recipients in the head, a report of three parts,
// and a status that is always 5.0.0 and gives no arrival date.

import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { integer } from '../draw.ts';
import { pickZone, unixSeconds } from '../mail-date.ts';
import { CRLF, composeMime, Multipart, rawPart } from '../mime.ts';
import { EXIM_BOUNCE_LIFETIME, eximRetries } from '../retry-schedule.ts';
import { isLocal, refusal } from './bounce-facts.ts';
import { EXIM_FAILED, eximHead, eximId, eximNotice, eximReturned } from './exim-parts.ts';

const VERSION = '4.89';

export const exim: Dialect = {
  name: 'exim',
  // Uses what is offered: TLS, and BDAT since 4.88 (hosts_try_chunking = *). After QUIT it closes.
  habit: { greeting: 'EHLO', pipelining: true, starttls: true, chunking: true, quit: 'no-wait' },
  retry: eximRetries(EXIM_BOUNCE_LIFETIME),
  mailRetry: eximRetries(),
  build,
};

async function build(bounce: Bounce, random: Random): Promise<Buffer> {
  const zone = pickZone(random);
  const id = eximId(bounce.date, random);
  const boundary = `${unixSeconds(bounce.date)}-eximdsn-${integer(random, 1e8, 2_147_483_647)}`;
  const notice = eximNotice(bounce, random).join(CRLF);
  const tree = new Multipart(boundary);
  tree.append(rawPart(['Content-type: text/plain; charset=us-ascii'], notice));
  tree.append(status(bounce));
  tree.append(
    rawPart(['Content-type: message/rfc822'], eximReturned(bounce, zone, VERSION, random)),
  );
  const head = eximHead({
    bounce,
    zone,
    id,
    version: VERSION,
    subject: EXIM_FAILED,
    marks: [`X-Failed-Recipients: ${bounce.failedRecipient}`],
    mime: [
      `Content-Type: multipart/report; report-type=delivery-status; boundary=${boundary}`,
      'MIME-Version: 1.0',
    ],
  });
  return composeMime(head, tree);
}

function status(bounce: Bounce) {
  const cause = isLocal(bounce)
    ? []
    : [`Remote-MTA: dns; ${bounce.remoteHost}`, `Diagnostic-Code: smtp; ${refusal(bounce)}`];
  const lines = [
    `Reporting-MTA: dns; ${bounce.reportingHost}`,
    '',
    'Action: failed',
    `Final-Recipient: rfc822;${bounce.failedRecipient}`,
    'Status: 5.0.0',
    ...cause,
    '',
  ];
  return rawPart(['Content-type: message/delivery-status'], lines.join(CRLF));
}
