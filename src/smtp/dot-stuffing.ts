// Transparency of the DATA phase (RFC 5321 §4.5.2): a line that begins with a dot gets a second one,
// so that no line of a message is taken for its end. Messages are stuffed when they are built, not
// when they are sent. The final dot is the connection's business.

const CR = 13;
const LF = 10;
const DOT = 46;

/**
 * `message` has CRLF line ends and starts at the beginning of a line. The answer ends with CRLF,
 * unless the message is empty: nothing stays nothing (DATA followed at once by the final dot).
 */
export function dotStuff(message: Uint8Array): Uint8Array {
  const dots = leadingDots(message);
  const closing = endsWithCrlf(message) ? 0 : 2;
  if (dots.length === 0 && closing === 0) return message;
  const stuffed = new Uint8Array(message.length + dots.length + closing);
  let from = 0;
  let to = 0;
  for (const dot of dots) {
    stuffed.set(message.subarray(from, dot), to);
    to += dot - from;
    stuffed[to] = DOT;
    to += 1;
    from = dot;
  }
  stuffed.set(message.subarray(from), to);
  if (closing > 0) stuffed.set([CR, LF], stuffed.length - 2);
  return stuffed;
}

/** The message again: without the first dot of every line that begins with one. */
export function dotUnstuff(stuffed: Uint8Array): Uint8Array {
  const dots = leadingDots(stuffed);
  if (dots.length === 0) return stuffed;
  const message = new Uint8Array(stuffed.length - dots.length);
  let from = 0;
  let to = 0;
  for (const dot of dots) {
    message.set(stuffed.subarray(from, dot), to);
    to += dot - from;
    from = dot + 1;
  }
  message.set(stuffed.subarray(from), to);
  return message;
}

function leadingDots(message: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = message.indexOf(DOT); at !== -1; at = message.indexOf(DOT, at + 1)) {
    if (at === 0 || (message[at - 1] === LF && message[at - 2] === CR)) found.push(at);
  }
  return found;
}

function endsWithCrlf(message: Uint8Array): boolean {
  return message.length === 0 || (message.at(-1) === LF && message.at(-2) === CR);
}
