// What `strace -c` says, and the difference of two such tables. Pure.

export type Calls = ReadonlyMap<string, number>;

/** % time, seconds, usecs/call, calls, errors where there are any, name. */
const LINE = /^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?([a-z]\w*)$/;

export function parseCalls(said: string): Calls {
  const calls = new Map<string, number>();
  for (const line of said.split('\n')) {
    const [, count, name] = LINE.exec(line) ?? [];
    if (name !== undefined && name !== 'total') calls.set(name, Number(count));
  }
  return calls;
}

/** Per session, of two runs of which one is longer by so many: what start and end cost falls out. */
export function callsPerSession(long: Calls, short: Calls, sessions: number): Calls {
  return new Map(
    [...long].map(([name, count]) => [name, (count - (short.get(name) ?? 0)) / sessions]),
  );
}

export function totalOf(calls: Calls): number {
  let sum = 0;
  for (const count of calls.values()) sum += count;
  return sum;
}

/** The most frequent first; what comes less than once in twenty sessions is not named. */
export function describeCalls(calls: Calls): string {
  return [...calls]
    .filter(([, count]) => count >= 0.05)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count.toFixed(1)}`)
    .join(', ');
}
