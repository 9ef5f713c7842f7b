// Where the messages of a short log are: all of them, by their queue ids. For the few of a first look; a
// run's are counted by log-messages.ts. Pure.
import { parseLine, queueIdOf } from './log-line.ts';

export interface Ways {
  /** Not at an end, and not known to wait. */
  readonly under: ReadonlySet<string>;
  /** Put off, or held back. */
  readonly waiting: ReadonlySet<string>;
}

/** Each message has one, be it empty: cleanup says so first. */
const COME = /^\w+: message-id=/;
const PUT_OFF = /, status=deferred /;
/** A rule of the configuration's about a header or a body decides in cleanup, which says so in one word. */
const HELD = /^\w+: hold: /;
const GONE = /^\w+: (?:removed$|discard: |reject: |milter-(?:discard|reject): )/;

export function waysOf(log: string): Ways {
  const under = new Set<string>();
  const waiting = new Set<string>();
  for (const line of log.split('\n')) {
    const text = parseLine(line)?.text ?? '';
    const id = queueIdOf(text);
    if (id === undefined) continue;
    if (GONE.test(text)) {
      under.delete(id);
      waiting.delete(id);
    } else if (PUT_OFF.test(text) || HELD.test(text)) {
      under.delete(id);
      waiting.add(id);
    } else if (COME.test(text) && !waiting.has(id)) under.add(id);
  }
  return { under, waiting };
}
