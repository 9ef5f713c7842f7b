// A tuning in the scenario's own words, a line per setting in a fixed order: for variants' tables and
// for what a result records. What it writes, the scenario's parser reads back.
import { formatBandwidth, formatDuration, formatShare } from '../units.ts';
import type { Tuning } from './tuning.ts';

type Setting = keyof Tuning;
type Words = { readonly [K in Setting]: (value: NonNullable<Tuning[K]>) => string };

const plain = (value: string | number) => String(value);

/** The order of the lines is the order of this table. */
const WORDS = {
  workers: plain,
  acceptQueue: plain,
  errorLimit: plain,
  victimRule: (rule) =>
    rule === 'off' ? rule : map({ reply: rule.reply, text: quote(rule.text) }),
  senderRule: plain,
  recipients: (recipients) =>
    recipients === 'catch-all'
      ? recipients
      : map({
          table: recipients.table,
          wait: duration(recipients.waitMs),
          connections: recipients.connections,
          path: quoted(recipients.path),
          query: quoted(recipients.query),
          url: quoted(recipients.url),
        }),
  checkOrder: plain,
  greylist: (greylist) =>
    greylist === 'off'
      ? greylist
      : map({ delay: duration(greylist.delayMs), window: duration(greylist.windowMs) }),
  contentFilter: (filter) =>
    filter === 'off' ? filter : map({ cpu: duration(filter.cpuMs), wait: duration(filter.waitMs) }),
  botFilter: (filter) =>
    filter === 'off'
      ? filter
      : map({
          greetWait: duration(filter.greetWaitMs),
          dnsbl: String(filter.dnsbl),
          deep: String(filter.deep),
        }),
  clientLimits: (limits) => (limits === 'off' ? limits : map({ ...limits })),
  reverseLookup: plain,
  spf: plain,
  spfRecord: (record) =>
    record === 'off'
      ? record
      : map({
          after: duration(record.afterMs),
          ttl: duration(record.ttlMs),
          honoured: formatShare(record.honoured),
        }),
  edge: (edge) =>
    edge === 'off'
      ? edge
      : `{${[
          ...describeTuning(edge.tuning),
          ...(edge.verify ? ['verify: true'] : []),
          ...(edge.link.bitsPerSecond === undefined
            ? []
            : [`link: ${formatBandwidth(edge.link.bitsPerSecond)}`]),
          ...(edge.link.roundTripMs === undefined
            ? []
            : [`roundTrip: ${formatDuration(edge.link.roundTripMs)}`]),
        ].join(', ')}}`,
  hosted: (hosted) =>
    hosted === 'off' ? hosted : map({ accounts: `[${hosted.accounts.join(', ')}]` }),
  tls: plain,
  stress: plain,
  config: ({ path, git }) =>
    git === undefined ? quote(path) : map({ git: quote(git), path: quote(path) }),
  postfix: ({ main, master }) =>
    map({
      ...mapValues(main, quote),
      ...(Object.keys(master).length > 0 && { master: map(mapKeys(mapValues(master, quote))) }),
    }),
} satisfies Words;

/** `key: value` lines; none for an empty tuning. */
export function describeTuning(tuning: Tuning): string[] {
  return (Object.keys(WORDS) as Setting[]).flatMap((setting) => {
    const words = describeSetting(tuning, setting);
    return words === undefined ? [] : `${setting}: ${words}`;
  });
}

function describeSetting<K extends Setting>(tuning: Tuning, setting: K): string | undefined {
  const value = tuning[setting];
  if (value === undefined) return undefined;
  const words: Words = WORDS;
  return words[setting](value);
}

function duration(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatDuration(ms);
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : quote(text);
}

/** JSON strings are YAML's double-quoted scalars. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function map(parts: Readonly<Record<string, string | number | undefined>>): string {
  const stated = Object.entries(parts).filter(([, value]) => value !== undefined);
  return `{${stated.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
}

/** A slash in a plain key is YAML as well, a colon would not be. */
function mapKeys(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [quote(key), value]));
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
