// The diagnosis as people read it, in 80 columns, and as machines do.
import { type Calibration, PUNCTUAL_MS } from '../../calibration/calibration.ts';
import { limitOf } from '../../calibration/forecast.ts';
import {
  formatBytes,
  formatCount,
  formatCrew,
  formatSeconds,
  formatShare,
  plural,
} from '../../report/format.ts';
import type { Check, Diagnosis, Prospect } from './diagnosis.ts';

const COLUMNS = 80;
const LABEL = 14;

export function renderDiagnosis(diagnosis: Diagnosis): string {
  const { blowback, checks, crew, calibration, uncalibrated, prospects } = diagnosis;
  const measured = calibration ? ` (calibrated ${calibration.measuredAt.slice(0, 10)})` : '';
  const names = Math.max(...prospects.map(({ scenario }) => scenario.length));
  return [
    `blowback ${blowback} on this machine`,
    '',
    ...checks.flatMap(checkLines),
    '',
    `generator: ${formatCrew(crew.workers, crew.cores)}${measured}`,
    '',
    ...(calibration
      ? [...calibrationLines(calibration), ...busyLines(calibration, crew.cores)]
      : wrap(`  – ${uncalibrated ?? ''}`, '    ')),
    '',
    'scenarios',
    '',
    ...prospects.flatMap((prospect) => prospectLines(prospect, Math.min(names, 24))),
  ]
    .map((line) => line.replaceAll('\u00a0', ' ').trimEnd())
    .join('\n');
}

const MARK = { ok: '✔', note: '–', missing: '✘' } as const satisfies Record<Check['state'], string>;

function checkLines({ name, state, text, hint }: Check): string[] {
  const said = hint === undefined ? text : `${text}. ${hint}`;
  return wrap(`  ${MARK[state]} ${name.padEnd(LABEL)}${said}`, ' '.repeat(LABEL + 4));
}

function calibrationLines(calibration: Calibration): string[] {
  const { peak, lags, punctualPerSecond, bytesPerSession } = calibration;
  const row = (name: string, text: string): string => `    ${name.padEnd(LABEL)}${text}`;
  return [
    row('peak', `${rate(peak.rejected)} rejected at RCPT, ${rate(peak.accepted)} accepted (4 KB)`),
    row(
      'limit',
      `${rate(limitOf(calibration))} held when more are due: what plans are held against,`,
    ),
    row('', 'with a server that costs nothing; a real one shares the cores'),
    ...lags.map(({ share, perSecond, p50Ms, p99Ms }, i) =>
      row(
        i === 0 ? 'send lag' : '',
        `p50 ${formatSeconds(p50Ms / 1000)}, p99 ${formatSeconds(p99Ms / 1000)} at ${rate(perSecond)}, ${formatShare(share)} of the limit`,
      ),
    ),
    row(
      '',
      punctualPerSecond > 0
        ? `p99 below ${PUNCTUAL_MS} ms up to ${rate(punctualPerSecond)}`
        : `p99 below ${PUNCTUAL_MS} ms at none of these rates`,
    ),
    row(
      'memory',
      bytesPerSession === undefined
        ? 'not measured: too few sessions could be held open'
        : `${formatBytes(bytesPerSession)} for each session held open`,
    ),
  ];
}

/** Others' work takes from every figure. */
function busyLines({ loadAverage = 0 }: Calibration, cores: number): string[] {
  if (loadAverage < cores / 2) return [];
  const text = `  – the machine was busy (load average ${loadAverage.toFixed(1)} on ${plural(cores, 'core')}): it can do more than this; calibrate again when it is idle`;
  return ['', ...wrap(text, '    ')];
}

function rate(perSecond: number): string {
  return `${formatCount(perSecond)}/s`;
}

const WORDS = {
  plays: ['✔', 'plays'],
  close: ['–', 'plays, but sends may be late'],
  'too-fast': ['✘', 'too fast for this machine'],
  impossible: ['✘', 'cannot be played'],
  unknown: ['–', 'not known before a calibration'],
} as const satisfies Record<Prospect['state'], readonly [string, string]>;

function prospectLines(prospect: Prospect, width: number): string[] {
  const { scenario, demand, limit, state, reason, traps = [] } = prospect;
  const [mark, words] = WORDS[state];
  const asked =
    limit === undefined ? rate(demand.perSecond) : `${rate(demand.perSecond)} of ${rate(limit)}`;
  const said = reason === undefined ? words : `${words}: ${reason}`;
  const line = `  ${mark} ${scenario.padEnd(width)}  ${asked}, ≤ ${formatCount(demand.atOnce)} at once: ${said}`;
  const caught = traps.flatMap((trap) => wrap(`      – ${trap}`, '        '));
  return [...wrap(line, '      '), ...caught];
}

/** At spaces; a word longer than the line stays whole. */
function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  // The runs of spaces that align columns hold.
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= COLUMNS || line.trim() === '') {
      line = longer;
      continue;
    }
    lines.push(line);
    line = indent + word;
  }
  return [...lines, line];
}

/** One document. What was not measured is null. */
export function diagnosisJson(diagnosis: Diagnosis): object {
  const { blowback, machine, crew, checks, calibration, uncalibrated, prospects } = diagnosis;
  return {
    blowback,
    machine,
    workers: crew.workers,
    checks,
    calibration: calibration ? { ...calibration, limitPerSecond: limitOf(calibration) } : null,
    ...(uncalibrated === undefined ? {} : { uncalibrated }),
    scenarios: prospects.map(({ scenario, target, demand, limit, state, reason, traps }) => ({
      scenario,
      target,
      plannedPerSecond: demand.perSecond,
      atOnce: demand.atOnce,
      limitPerSecond: limit ?? null,
      state,
      ...(reason === undefined ? {} : { reason }),
      ...(traps === undefined ? {} : { traps }),
    })),
  };
}
