// A message for reading in a terminal: what is long is left out from its middle, with a line that says
// how much; nothing in it can move the cursor.
import { escapeTerminal } from '../../report/escape.ts';
import { formatCount } from '../../report/format.ts';

const COLUMNS = 80;
/** Of a longer message the head and the end are shown. */
const LONGEST = 56;
const HEAD = 40;
const TAIL = 10;
/** Lines of base64 that stand for all of an attachment. */
const BASE64_SHOWN = 2;
const BASE64 = /^[A-Za-z0-9+/]{56,76}={0,2}$/;

/** `full`: all lines in their whole length. */
export function messageLines(message: Buffer, full: boolean): string[] {
  const lines = textOf(message).split('\r\n');
  if (lines.at(-1) === '') lines.pop();
  const shown = full ? lines : shortenMiddle(shortenBase64(lines));
  return shown.map((line) => (full ? harmless(line) : clip(expandTabs(harmless(line)), false)));
}

/** Tabs are all that is left of the control characters: header lines are folded by them. */
function harmless(line: string): string {
  return line.split('\t').map(escapeTerminal).join('\t');
}

/** As a terminal shows them, so that a line's width is known. */
function expandTabs(line: string): string {
  return line.split('\t').reduce((text, rest) => `${text.padEnd((text.length | 7) + 1)}${rest}`);
}

export function clip(line: string, full: boolean): string {
  const letters = [...line];
  return full || letters.length <= COLUMNS ? line : `${letters.slice(0, COLUMNS - 1).join('')}…`;
}

/** UTF-8 where it is that, else one letter for each octet. */
export function textOf(message: Buffer): string {
  const text = message.toString('utf8');
  return text.includes('\ufffd') ? message.toString('latin1') : text;
}

function shortenBase64(lines: readonly string[]): string[] {
  const shown: string[] = [];
  for (let from = 0; from < lines.length; ) {
    let to = from;
    while (BASE64.test(lines[to] ?? '')) to += 1;
    const left = to - from - BASE64_SHOWN;
    if (left > 1) {
      shown.push(...lines.slice(from, from + BASE64_SHOWN), leftOut(left, 'lines of base64'));
      from = to;
    } else {
      shown.push(lines[from] ?? '');
      from += 1;
    }
  }
  return shown;
}

function shortenMiddle(lines: readonly string[]): string[] {
  if (lines.length <= LONGEST) return [...lines];
  const left = lines.length - HEAD - TAIL;
  return [...lines.slice(0, HEAD), leftOut(left, 'lines'), ...lines.slice(-TAIL)];
}

export function leftOut(count: number, what: string): string {
  return `[… ${formatCount(count)} ${what} left out; --full shows them]`;
}
