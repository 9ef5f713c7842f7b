// The grammar of goals and thresholds: `metric op limit [in phase,…] [for variant]`. All of it is
// checked here, before any traffic; verdict/ evaluates what comes out.
import { parseDuration, parseRate, parseShare, parseSize } from '../units.ts';
import type { MetricInfo, MetricUnit } from './metrics.ts';
import { type Complaint, oneOf, quote } from './mistake.ts';
import { type Gate, PHASES, type Phase } from './scenario.ts';
import { suggest } from './suggest.ts';

interface GateNames {
  readonly metrics: ReadonlyMap<string, MetricInfo>;
  readonly variants: readonly string[];
  /** Those that are played, in their order; the first is the baseline. Undefined for all. */
  readonly played?: readonly string[];
  /** Phases that take no time: a gate there could never hold. */
  readonly emptyPhases: readonly Phase[];
}
type Reading =
  | { readonly gate: Gate; readonly complaints: readonly [] }
  | { readonly gate?: undefined; readonly complaints: readonly Complaint[] };

const FORM =
  /^([^\s<>=!]+)\s*(<=|>=|==|!=|<|>)\s*(\S.*?)(?:\s+in\s+([^<>=!]+?))?(?:\s+for\s+(\S+))?$/;
/** The first variant, by whatever name it has. */
const BASELINE = 'baseline';
const RATIO = /^(\d+(?:\.\d+)?)\s*x(?:\s+(\S+))?$/;
const EXAMPLE = 'metric, operator and limit, as in legit.latency.p95 < 2s in storm';

export function parseGate(source: string, names: GateNames): Reading {
  const text = source.trim().replace(/\s+/g, ' ');
  const [, metric, op, limitText, phaseText, variant] = FORM.exec(text) ?? [];
  if (metric === undefined || op === undefined || limitText === undefined) {
    return { complaints: [plain(`${quote(text)} is no gate`, EXAMPLE)] };
  }
  const info = names.metrics.get(metric);
  const phases = (phaseText ?? '').split(',').flatMap((word) => word.trim() || []);
  const ratio = RATIO.exec(limitText)?.slice(1) as [string, string] | undefined;
  const ratioTo = ratio && baselineOf(ratio[1], names);
  const limit = ratio ? Number(ratio[0]) : info && parseLimit(limitText, info);
  const complaints = [
    ...checkMetric(metric, op, info, names.metrics),
    ...(typeof limit === 'object' ? [limit] : []),
    ...(ratio ? checkRatio({ op, ratio, variant }, names) : []),
    ...phases.flatMap((phase) => checkPhase(phase, names.emptyPhases)),
    ...(phaseText !== undefined && phases.length === 0
      ? [plain('no phase after in', oneOf(PHASES))]
      : []),
    ...(variant === undefined ? [] : checkVariant(variant, names.variants)),
  ];
  if (complaints.length > 0 || typeof limit !== 'number') return { complaints };
  const gate = {
    text,
    metric,
    op: op as Gate['op'],
    limit,
    ...(ratioTo !== undefined && { ratioTo }),
    phases: phases as Phase[],
  };
  return { gate: variant === undefined ? gate : { ...gate, variant }, complaints: [] };
}

/** Two gates on the same thing: the second is a slip, or contradicts the first. */
export function gateKey({ metric, op, ratioTo, phases, variant }: Gate): string {
  return [metric, op, ratioTo ?? '', [...phases].sort().join(), variant ?? ''].join(' ');
}

function baselineOf(name: string | undefined, { variants, played }: GateNames): string | undefined {
  return name === BASELINE && !variants.includes(BASELINE) ? (played ?? variants)[0] : name;
}

interface RatioGate {
  readonly op: string;
  readonly ratio: readonly [string, string | undefined];
  readonly variant: string | undefined;
}

function checkRatio({ op, ratio: [factor, name], variant }: RatioGate, names: GateNames) {
  const { variants, played = variants } = names;
  const known = [BASELINE, ...variants];
  if (op === '==' || op === '!=') {
    return [plain(`${op} compares counts only, and ${factor}x is a ratio`, '<, <=, > or >=')];
  }
  if (Number(factor) === 0) return [plain('nothing is 0 times as much', 'a factor such as 1.1x')];
  if (name === undefined) {
    return [plain(`${factor}x says of what not`, oneOf(known), `${factor}x ${BASELINE}`)];
  }
  if (!known.includes(name)) {
    return [plain(`unknown variant ${quote(name)}`, oneOf(known), suggest(name, known))];
  }
  const other = baselineOf(name, names);
  if (other !== undefined && !played.includes(other)) {
    return [plain(`${quote(other)} is not played: nothing can be held against it`)];
  }
  if (variant === other) return [plain(`${variant} is compared with itself`)];
  const others = played.filter((one) => one !== other);
  return others.length > 0 ? [] : [plain(`there is no other variant to hold against ${other}`)];
}

function checkMetric(
  metric: string,
  op: string,
  info: MetricInfo | undefined,
  metrics: ReadonlyMap<string, MetricInfo>,
): Complaint[] {
  if (info === undefined) {
    const what = `unknown metric ${quote(metric)}`;
    const guess = suggest(metric, metrics.keys());
    return [plain(what, guess === undefined ? 'a metric such as legit.lost' : undefined, guess)];
  }
  if (!info.measured) return [plain(`the metric ${metric} is not supported yet`)];
  if ((op === '==' || op === '!=') && info.unit !== 'count') {
    return [plain(`${op} compares counts only, and ${metric} is none`, '<, <=, > or >=')];
  }
  return [];
}

function checkPhase(phase: string, empty: readonly Phase[]): Complaint[] {
  const known = PHASES.find((candidate) => candidate === phase);
  if (known === undefined) {
    return [plain(`unknown phase ${quote(phase)}`, oneOf(PHASES), suggest(phase, PHASES))];
  }
  return empty.includes(known) ? [plain(`nothing is measured in ${phase}, which takes 0s`)] : [];
}

function checkVariant(variant: string, variants: readonly string[]): Complaint[] {
  if (variants.includes(variant)) return [];
  return [plain(`unknown variant ${quote(variant)}`, oneOf(variants), suggest(variant, variants))];
}

interface LimitForm {
  readonly expected: string;
  readonly usual: string;
  readonly pattern: RegExp;
  readonly read: (text: string) => number | undefined;
}
const NUMBER = String.raw`\d+(?:\.\d+)?`;
const TIME = new RegExp(`^${NUMBER}(us|ms|s|min)$`);
/** In gates a minute is `min`, so that nobody takes `5m` for metres or months. */
const toMs = (text: string) => parseDuration(text.replace(/min$/, 'm'));
const bare = (expected: string): LimitForm => ({
  expected,
  usual: '',
  pattern: new RegExp(`^${NUMBER}$`),
  read: Number,
});

const LIMITS: Readonly<Record<MetricUnit, LimitForm>> = {
  s: {
    expected: 'a time in us, ms, s or min',
    usual: 's',
    pattern: TIME,
    read: (text) => divide(toMs(text), 1000),
  },
  ms: { expected: 'a time in us, ms, s or min', usual: 'ms', pattern: TIME, read: toMs },
  B: {
    expected: 'a size in B, KiB, MiB or GiB',
    usual: 'B',
    pattern: new RegExp(`^${NUMBER}(B|KiB|MiB|GiB)$`),
    read: parseSize,
  },
  share: {
    expected: 'a percentage such as 99.9%',
    usual: '%',
    pattern: new RegExp(`^${NUMBER}%$`),
    read: parseShare,
  },
  '/s': {
    expected: 'a rate such as 300/s',
    usual: '/s',
    pattern: new RegExp(`^${NUMBER}/(s|min|h)$`),
    read: parseRate,
  },
  count: bare('a number without a unit'),
  ratio: bare('a number without a unit'),
  J: bare('a number of joules'),
};

function divide(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}

/** The limit in the metric's own unit, or what is wrong with it. */
function parseLimit(text: string, info: MetricInfo): number | Complaint {
  const compact = text.replace(/\s+(?=\D+$)/, '');
  const form = LIMITS[info.unit];
  const value = form.pattern.test(compact) ? form.read(compact) : undefined;
  if (value !== undefined) return value;
  const isBare = new RegExp(`^${NUMBER}$`).test(compact);
  const what = isBare
    ? `the limit ${text} of ${info.name} has no unit`
    : `the limit of ${info.name} is ${quote(text)}`;
  return plain(what, form.expected, guessLimit(compact, isBare, form));
}

/** `2` for a latency is likely `2s`, `5m` is likely `5min`, `4KB` is likely `4KiB`, `3s` of a count `3`. */
function guessLimit(
  text: string,
  isBare: boolean,
  { usual, pattern }: LimitForm,
): string | undefined {
  if (isBare) return `${text}${usual}`;
  const guesses = [
    text.replace(/m$/, 'min'),
    text.replace(/([KMG])B?$/i, (_, prefix: string) => `${prefix.toUpperCase()}iB`),
    text.replace(/[^\d.]+$/, ''),
  ];
  return guesses.find((guess) => pattern.test(guess));
}

function plain(what: string, expected?: string, suggestion?: string): Complaint {
  return { kind: 'plain', what, expected, suggestion };
}
