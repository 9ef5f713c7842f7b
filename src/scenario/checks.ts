// What concerns several sections of a scenario at once: gates with the names that they use, variants
// with their target, and that something is measured at all.
import { gateKey, parseGate } from './gate.ts';
import { metricsOf } from './metrics.ts';
import { type Complaint, quote } from './mistake.ts';
import { type Gate, PHASES, type Rate } from './scenario.ts';
import type { Sections } from './schema.ts';
import type { Path } from './tree.ts';

export interface Finding {
  readonly path: Path;
  readonly complaint: Complaint;
}

/** The sections that are right by themselves, and the names that the file uses, wrong or right. */
export interface Material {
  readonly sections: Partial<Sections>;
  readonly actors: readonly { readonly name: string; readonly kind?: unknown }[];
  readonly variants: readonly string[];
}

export function checkSections({ sections }: Material): Finding[] {
  return [...checkLegit(sections), ...checkVariants(sections)];
}

function checkLegit({ actors }: Partial<Sections>): Finding[] {
  if (actors === undefined) return [];
  const legit = actors.filter(({ kind }) => kind === 'legit');
  const silent = legit.find(({ rate }) => peakRate(rate) === 0);
  if (silent !== undefined) {
    const what = 'legitimate mail that is never sent measures nothing';
    const complaint: Complaint = { kind: 'plain', what, expected: 'a rate above 0/s' };
    return [{ path: ['actors', silent.name, 'rate'], complaint }];
  }
  if (legit.length > 0) return [];
  const what = 'no actor is of kind legit, so nothing would be measured';
  const expected = 'one such as legit: {kind: legit, rate: 5/s}';
  return [{ path: ['actors'], complaint: { kind: 'plain', what, expected } }];
}

function peakRate(rate: Rate): number {
  switch (rate.shape) {
    case 'constant':
    case 'poisson':
      return rate.perSecond;
    case 'ramp':
      return Math.max(rate.from, rate.to);
    case 'burst':
      return Math.max(rate.base, rate.peak);
    case 'decay':
      return rate.from;
    case 'trace':
      return rate.atMs.length;
  }
}

function checkVariants({ target, variants }: Partial<Sections>): Finding[] {
  if (target?.kind !== 'external' || variants === undefined) return [];
  return Object.entries(variants)
    .filter(([, changes]) => Object.keys(changes).length > 0)
    .map(([name]) => {
      const what = 'a variant with a tuning, and nobody can tune the server at an address';
      const expected = '{}, an embedded or postfix target, or --variant with the others only';
      return { path: ['variants', name], complaint: { kind: 'plain', what, expected } };
    });
}

/** The gates of one list; what is wrong goes into `findings`. */
export function readGates(
  section: 'goal' | 'thresholds',
  { sections, actors, variants }: Material,
  findings: Finding[],
): Gate[] {
  const metrics = metricsOf(actors);
  const lengths = sections.phases;
  const emptyPhases = PHASES.filter((phase) => lengths?.[`${phase}Ms`] === 0);
  const firsts = new Map<string, string>();
  return (sections[section] ?? []).flatMap((text, i) => {
    const path = [section, i];
    const { gate, complaints } = parseGate(text, { metrics, variants, emptyPhases });
    findings.push(...complaints.map((complaint) => ({ path, complaint })));
    if (gate === undefined) return [];
    const key = gateKey(gate);
    const first = firsts.get(key);
    firsts.set(key, first ?? gate.text);
    if (first === undefined) return [gate];
    const what = `says the same as, or contradicts, ${quote(first)}`;
    findings.push({ path, complaint: { kind: 'plain', what, expected: 'each gate once' } });
    return [];
  });
}
