// One line of a mail log, as far as all of Postfix' programs write it alike: who says what. Whatever
// stands before it (date, host) and however the instance is called (syslog_name) does not matter.

export interface LogLine {
  /** The last part of its tag: `smtpd` of `postfix/submission/smtpd[31]`. */
  readonly program: string;
  readonly text: string;
}

/** Undefined for a line of something else, and for a blank one. By indexes: a regular expression took three times as long. */
export function parseLine(line: string): LogLine | undefined {
  const end = line.indexOf(']: ');
  if (end < 0) return undefined;
  const open = line.lastIndexOf('[', end);
  const slash = line.lastIndexOf('/', open);
  if (slash < 0 || slash < line.lastIndexOf(' ', open)) return undefined;
  return { program: line.slice(slash + 1, open), text: line.slice(end + 3) };
}

/** `A1B2C3` of `A1B2C3: client=…`; undefined for text that begins with no queue id. */
export function queueIdOf(text: string): string | undefined {
  const end = text.indexOf(': ');
  // Long ids have some fifteen digits.
  if (end < 1 || end > 20) return undefined;
  const id = text.slice(0, end);
  return id !== 'NOQUEUE' && /^\w+$/.test(id) ? id : undefined;
}
