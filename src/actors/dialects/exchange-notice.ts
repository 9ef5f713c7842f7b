// The readable half of an Exchange report, as plain text and as HTML: who was not reached, in words for
// people, then the diagnosis for administrators with the original's headers.

import type { Bounce } from '../actor.ts';
import { CRLF } from '../mime.ts';

export interface Notice {
  readonly bounce: Bounce;
  readonly diagnosis: string;
  /** CRLF after each line. */
  readonly originalHeaders: string;
}

const OPENING = 'Delivery has failed to these recipients or distribution lists:';
const ADVICE = [
  'The mail organisation that this address belongs to did not take the message, and no further',
  'attempt will be made. Compare the address with an earlier message of the same person before you',
  'write to it again. Should the fault persist, hand this report to whoever looks after your mail:',
  'the part below is meant for them.',
].join(' ');
const ADMINISTRATORS = 'Diagnostic information for administrators:';
const HEADERS = 'Original message headers:';

export function textNotice({ bounce, diagnosis, originalHeaders }: Notice): string {
  const address = bounce.failedRecipient;
  return [
    OPENING,
    '',
    `${address}<mailto:${address}>`,
    ADVICE,
    '',
    '________________________________',
    '',
    ADMINISTRATORS,
    '',
    `Generating server: ${bounce.reportingHost}`,
    '',
    address,
    `#${diagnosis} ##`,
    '',
    HEADERS,
    '',
    originalHeaders,
  ].join(CRLF);
}

export function htmlNotice({ bounce, diagnosis, originalHeaders }: Notice): string {
  const address = escapeHtml(bounce.failedRecipient);
  return [
    '<html><head><title>Delivery report</title></head>',
    '<body style="font-family: Tahoma, Arial, sans-serif; font-size: 10pt; color: #202020">',
    `<p style="font-size: 12pt; font-weight: bold; color: #000066">${OPENING}</p>`,
    `<p style="margin-left: 12pt"><a href="mailto:${address}">${address}</a></p>`,
    `<p style="margin-left: 12pt">${ADVICE}</p>`,
    '<hr style="border: 0; border-top: 1px solid #808080">',
    `<p style="font-weight: bold; color: #606060">${ADMINISTRATORS}</p>`,
    `<p style="color: #606060">Generating server: ${escapeHtml(bounce.reportingHost)}</p>`,
    `<p style="color: #606060">${address}<br>`,
    `#${escapeHtml(diagnosis)} ##</p>`,
    `<p style="color: #606060">${HEADERS}</p>`,
    `<pre style="color: #606060; font-size: 9pt">${escapeHtml(originalHeaders)}</pre>`,
    '</body></html>',
    '',
  ].join(CRLF);
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
