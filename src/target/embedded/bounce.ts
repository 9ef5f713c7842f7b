// The report that a server sends back for mail that it had taken and cannot deliver (RFC 3464): for people,
// for machines, and the message itself.
import MimeNode from 'nodemailer/lib/mime-node';
import { HOST_NAME } from '../../world/prompt-server.ts';
import type { Message, Refusal } from './transport.ts';

/** As bounce_size_limit: of a larger message only its header goes back. */
const MOST_RETURNED = 50_000;
const HEAD_END = '\r\n\r\n';
const SENDER = `MAILER-DAEMON@${HOST_NAME}`;

/** @returns a message from the null sender to the one of `message`, which has one. */
export async function bounceOf(message: Message, refused: readonly Refusal[]): Promise<Message> {
  const report = new MimeNode('multipart/report; report-type=delivery-status')
    .setHeader('From', `Mail system <${SENDER}>`)
    .setHeader('To', message.reversePath)
    .setHeader('Subject', 'Delivery failed')
    .setHeader('Auto-Submitted', 'auto-replied');
  report.createChild('text/plain; charset=utf-8').setContent(forPeople(refused));
  report.appendChild(rawPart('message/delivery-status', forMachines(refused)));
  report.appendChild(returned(message.raw));
  return { reversePath: '', recipients: [message.reversePath], raw: await report.build() };
}

function forPeople(refused: readonly Refusal[]): string {
  return [
    `The mail server ${HOST_NAME} had taken your message and could not deliver it to:`,
    '',
    ...refused.map(({ recipient, reply }) => `  ${recipient}: ${oneLine(reply)}`),
    '',
  ].join('\r\n');
}

function forMachines(refused: readonly Refusal[]): Buffer {
  const ofAll = `Reporting-MTA: dns; ${HOST_NAME}\r\n`;
  const ofEach = refused.map(({ recipient, reply }) =>
    [
      `Final-Recipient: rfc822; ${recipient}`,
      'Action: failed',
      `Status: ${statusOf(reply)}`,
      `Diagnostic-Code: smtp; ${oneLine(reply)}`,
      '',
    ].join('\r\n'),
  );
  return Buffer.from([ofAll, ...ofEach].join('\r\n'), 'utf8');
}

/** RFC 3463; where the reply has none, the one for anything permanent. */
function statusOf(reply: string): string {
  return /^5\d\d[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1] ?? '5.0.0';
}

function oneLine(reply: string): string {
  return reply.replace(/\s*[\r\n]+\s*/g, ' ');
}

function returned(raw: Buffer): MimeNode {
  if (raw.length <= MOST_RETURNED) return rawPart('message/rfc822', raw);
  const end = raw.indexOf(HEAD_END);
  const head = raw.subarray(0, Math.min(end < 0 ? raw.length : end, MOST_RETURNED));
  return rawPart('text/rfc822-headers', Buffer.concat([head, Buffer.from('\r\n')]));
}

/** Its content by octets: nodemailer would write a header in its own way. */
function rawPart(contentType: string, content: Buffer): MimeNode {
  const head = `Content-Type: ${contentType}\r\nContent-Transfer-Encoding: 8bit${HEAD_END}`;
  return new MimeNode().setRaw(Buffer.concat([Buffer.from(head), content]));
}
