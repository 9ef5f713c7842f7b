// The effective configuration of two servers as one list: the tuned server's as it is, and of the one in
// front what differs from that, each line by its name. Pure.

/** The name of a line's setting or service; notes have none. */
const NAME = /^(?:master\.cf: \S+ \S+|\w+)(?= |$)/;

/** @param name how the lines of the server in front begin */
export function jointConfiguration(
  behind: readonly string[],
  front: readonly string[],
  name: string,
): string[] {
  const shared = new Set(behind);
  const known = new Set(front.map(nameOf));
  const missing = behind
    .map(nameOf)
    .filter((setting) => setting !== undefined && !known.has(setting))
    .map((setting) => `${setting} (not set)`);
  const own = front.filter((line) => !shared.has(line));
  return [...behind, ...[...own, ...missing].map((line) => `${name}: ${line}`)];
}

function nameOf(line: string): string | undefined {
  return NAME.exec(line)?.[0];
}
