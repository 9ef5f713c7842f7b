// Whether a stream is a terminal that may be drawn on.

/** A pipe, CI or a dumb terminal gets plain lines. */
export function isTerminal(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env['CI'] && process.env['TERM'] !== 'dumb';
}
