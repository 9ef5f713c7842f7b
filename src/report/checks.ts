// Whether a result can be trusted, in sentences: the warnings that the runs carry, and the checks
// that anybody can make again from the result itself.

import type { Result, Run } from '../result/result.ts';
import { sharedBooks } from './books.ts';
import { formatCount, formatSeconds, formatShare, formatShort, listOf, plural } from './format.ts';
import { metricValue, unsentMail } from './metrics.ts';
import { cutOff } from './standing.ts';
import type { Study } from './study.ts';

export interface Check {
  readonly passed: boolean;
  /** A few words, for a badge. */
  readonly short: string;
  /** A sentence with its figures. */
  readonly text: string;
}

export interface Caution {
  readonly code: string;
  readonly fatal: boolean;
  readonly text: string;
  /** The runs that carry it: `stock`, or `stock (repeat 2)` where not all repeats do. */
  readonly where: readonly string[];
}

/** At least this share of the offered sessions must have started in time. */
const ACHIEVED = 0.98;

export function checks(study: Study): Check[] {
  const { runs } = study.result;
  // What was ended before its time did not send what was planned: there is nothing to praise.
  const whole = runs.every((run) => cutOff(run) === undefined) ? runs : [];
  return [
    complete(study),
    onTime(whole),
    lag(runs),
    nothingUnsent(whole),
    books(runs),
    allMailSent(runs),
    ledger(whole),
  ].filter((check) => check !== undefined);
}

/** Equal sentences are told once; the fatal ones come first. */
export function cautions(result: Result): Caution[] {
  const found = new Map<string, { caution: Omit<Caution, 'where'>; runs: Set<Run> }>();
  for (const run of result.runs) {
    for (const caution of run.warnings) {
      const key = JSON.stringify([caution.code, caution.text]);
      const known = found.get(key) ?? { caution, runs: new Set() };
      known.runs.add(run);
      found.set(key, known);
    }
  }
  return [...found.values()]
    .map(({ caution, runs }) => ({ ...caution, where: places(result, runs) }))
    .sort((a, b) => Number(b.fatal) - Number(a.fatal));
}

/** A variant stands for all its repeats, and `every run` for all there are. */
function places(result: Result, runs: ReadonlySet<Run>): string[] {
  if (result.runs.length > 1 && runs.size === result.runs.length) return ['every run'];
  return result.variants.flatMap(({ name }) => {
    const all = result.runs.filter((run) => run.variant === name);
    const some = all.filter((run) => runs.has(run));
    if (some.length === 0) return [];
    if (some.length === all.length) return name;
    return `${name} (repeat ${listOf(some.map((run) => String(run.repeat)))})`;
  });
}

function complete({ result, standings }: Study): Check {
  const repeats = Math.max(1, ...standings.map((s) => s.runs.length));
  const wanted = repeats * standings.length;
  const ended = result.runs.filter((run) => cutOff(run) === undefined).length;
  const count = `${ended} of ${plural(wanted, 'run')}`;
  return {
    passed: ended === wanted && result.finishedAt !== undefined,
    short: `${count} complete`,
    text: `${count} came to the end.`,
  };
}

function onTime(runs: readonly Run[]): Check | undefined {
  const rates = runs.flatMap((run) => {
    const offered = metricValue(run, 'generator.offered', 'storm', 'run');
    const achieved = metricValue(run, 'generator.achieved', 'storm', 'run');
    return offered === undefined || achieved === undefined || offered <= 0
      ? []
      : [{ offered, achieved }];
  });
  const share = (rate: { offered: number; achieved: number }) => rate.achieved / rate.offered;
  const worst = [...rates].sort((a, b) => share(a) - share(b))[0];
  if (worst === undefined) return undefined;
  const passed = share(worst) >= ACHIEVED;
  return {
    passed,
    short: `${formatShare(Math.min(1, share(worst)))} of the load sent`,
    text: `The generator achieved ${formatShort(worst.achieved)} of the ${formatShort(worst.offered)} sessions a second that were due, in its worst run.`,
  };
}

function lag(runs: readonly Run[]): Check | undefined {
  const lags = runs
    .map((run) => metricValue(run, 'generator.lag.p99', 'storm', 'run'))
    .filter((value) => value !== undefined);
  if (lags.length === 0) return undefined;
  // Which lag is too long depends on the latencies: the run itself judges that, and warns.
  if (warned(runs, 'generator-late')) return undefined;
  const worst = formatSeconds(Math.max(...lags));
  return {
    passed: true,
    short: `send lag p99 ${worst}`,
    text: `99 % of the sessions began within ${worst} of the moment that they were due.`,
  };
}

function nothingUnsent(runs: readonly Run[]): Check | undefined {
  const unsent = runs
    .map((run) => metricValue(run, 'attack.unsent', 'run', 'storm'))
    .filter((value) => value !== undefined);
  const told = warned(runs, 'unsent') || warned(runs, 'machine-fault');
  if (unsent.length === 0 || told) return undefined;
  const total = unsent.reduce((sum, value) => sum + value, 0);
  return {
    passed: total === 0,
    short: total === 0 ? 'nothing unsent' : `${formatCount(total)} unsent`,
    text:
      total === 0
        ? `Every ${isForgone(runs) ? 'attack session that its sender meant to begin' : 'planned attack session'} was started.`
        : `${plural(total, 'attack session')} found no room under the in-flight limit and counts as unsent.`,
  };
}

/** Whether some were planned that their senders then had no reason to begin. */
function isForgone(runs: readonly Run[]): boolean {
  const forgone = ['attack.withheld', 'attack.averted'];
  return runs.some((run) =>
    forgone.some((name) => (metricValue(run, name, 'run', 'storm') ?? 0) > 0),
  );
}

/** A warning says it better than a failed check: nothing is told twice. */
function warned(runs: readonly Run[], code: string): boolean {
  return runs.some((run) => run.warnings.some((warning) => warning.code === code));
}

/** What was never sent cannot be delivered: no other figure of real mail can be better than this. */
function allMailSent(runs: readonly Run[]): Check | undefined {
  const unsent = runs.reduce((sum, run) => sum + unsentMail(run), 0);
  if (unsent === 0) return undefined;
  const due = runs.reduce(
    (sum, run) => sum + (metricValue(run, 'legit.sent', 'run') ?? 0) + unsentMail(run),
    0,
  );
  return {
    passed: false,
    short: `${plural(unsent, 'real message')} never sent`,
    text: `${formatCount(unsent)} of ${plural(due, 'real message')} were due and never sent: they count as not delivered.`,
  };
}

/** What both sides counted. Where they disagree, the run itself warns, item by item. */
function books(runs: readonly Run[]): Check | undefined {
  if (warned(runs, 'log-disagrees')) return undefined;
  const shared = sharedBooks(runs).filter(({ ours, theirs }) => ours + theirs > 0);
  if (shared.length === 0) return undefined;
  const apart = shared.filter((entry) => !entry.agree);
  if (apart.length > 0) {
    const each = apart.map(
      ({ what, ours, theirs }) =>
        `${formatCount(ours)} ${what} as the senders saw it, ${formatCount(theirs)} in the target's own account`,
    );
    return { passed: false, short: 'the two sides disagree', text: `${listOf(each)}.` };
  }
  const counts = shared.map(({ what, ours }) => `${formatCount(ours)} ${what}`);
  return {
    passed: true,
    short: 'both sides agree',
    text: `The two sides agree: ${listOf(counts)}, in the target's own account too.`,
  };
}

/** Every message that was sent must stand in the ledger with an end. */
function ledger(runs: readonly Run[]): Check | undefined {
  // "All accounted for" would be true of mail that never left, and mislead.
  if (runs.length === 0 || runs.some((run) => unsentMail(run) > 0)) return undefined;
  let entries = 0;
  let sent = 0;
  for (const run of runs) {
    const count = metricValue(run, 'legit.sent', 'run');
    if (count === undefined || run.ledger.length === 0 || run.ledger.length >= 100_000)
      return undefined;
    entries += run.ledger.filter((row) => row.phase !== 'warmup' && row.state !== 'unsent').length;
    sent += count;
  }
  const passed = entries === sent;
  return {
    passed,
    short: passed ? 'every real message in the ledger' : 'real mail missing from the ledger',
    text: `${formatCount(entries)} of ${plural(sent, 'real message')} stand in the ledger with what became of them.`,
  };
}
