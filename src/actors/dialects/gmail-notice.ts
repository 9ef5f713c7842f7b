// The readable half of a Gmail report, as plain text and as HTML with an icon.

import type { Bounce } from '../actor.ts';
import { CRLF } from '../mime.ts';
import { refusal } from './bounce-facts.ts';

/** A white bar and dot on a red disc, 24 by 24 pixels, drawn for this purpose. */
export const ICON =
  'iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAQMAAADaua+7AAAABlBMVEX///+0KCj/fYPiAAAAPElEQVR42mNgAIE6Bgbm/wcY2P8/YOD//4FB/vAPBvvDf+C4/vA/TPz/H4P9f4QakB6QXpAZILNAZgIBAMihKen0wAIWAAAAAElFTkSuQmCC';

/** By the enhanced status code. */
const HEADINGS: Readonly<Record<string, string>> = {
  '5.1.1': 'Address not found',
  '5.2.2': 'Recipient inbox full',
};
const OTHER_HEADING = 'Message blocked';
const ADVICE = 'Compare the address with an earlier message of the same person, then write again.';
const SERVER_SAID = 'The response from the remote server was:';

function heading({ reply }: Bounce): string {
  return HEADINGS[reply.enhanced] ?? OTHER_HEADING;
}

function lead(address: string): string {
  return `${address} did not get your message: there is no such mailbox, or it takes none.`;
}

export function gmailText(bounce: Bounce): string {
  return [
    '',
    `** ${heading(bounce)} **`,
    '',
    lead(bounce.failedRecipient),
    ADVICE,
    '',
    '',
    SERVER_SAID,
    refusal(bounce),
    '',
  ].join(CRLF);
}

export function gmailHtml(bounce: Bounce): string {
  return [
    '',
    '<html>',
    '<head>',
    '<style>',
    'body { font-family: Roboto, Arial, sans-serif; background-color: #ffffff; }',
    '</style>',
    '</head>',
    '<body>',
    '<table cellpadding="0" cellspacing="0" style="padding-top: 32px"><tbody>',
    '<tr><td style="max-width: 560px; padding: 24px; border: 1px solid #e0e0e0">',
    '<img width="24" height="24" alt="Error" style="float: left" src="cid:icon.png">',
    '<h2 style="font-size: 20px; color: #212121; font-weight: bold; margin: 0">',
    heading(bounce),
    '</h2>',
    '<p style="padding-top: 20px; color: #757575; font-size: 16px; text-align: left">',
    lead(`<b style="color: #212121">${bounce.failedRecipient}</b>`),
    ADVICE,
    '</p>',
    '</td></tr>',
    '<tr style="font-size: 12.8px"><td align="left" style="padding: 48px 10px">',
    `${SERVER_SAID}<br>`,
    '<p style="font-family: monospace">',
    refusal(bounce),
    '</p>',
    '</td></tr>',
    '</tbody></table>',
    '</body>',
    '</html>',
    '',
  ].join(CRLF);
}
