// What concerns several sections of a scenario at once: gates with the names that they use, variants
// and client addresses with their target, patience with the network, and that something is measured.
import { isOfAttack, type Tuning } from '../tuning/tuning.ts';
import { formatDuration } from '../units.ts';
import { gateKey, parseGate } from './gate.ts';
import { metricsOf } from './metrics.ts';
import { type Complaint, quote } from './mistake.ts';
import { type Gate, PHASES, type Rate } from './scenario.ts';
import type { Sections } from './schema.ts';
import type { Path, Place } from './tree.ts';

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
  return [
    ...checkLegit(sections),
    ...checkVariants(sections),
    ...checkSources(sections),
    ...checkBotFilter(sections),
    ...checkPatience(sections),
  ];
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
    .filter(([, changes]) => !Object.keys(changes).every(isOfAttack))
    .map(([name]) => {
      const what = 'a variant with a tuning, and nobody can tune the server at an address';
      const expected = '{}, an embedded or postfix target, or --variant with the others only';
      return { path: ['variants', name], complaint: { kind: 'plain', what, expected } };
    });
}

/** Loopback and the laboratory have addresses for every host; over IPv6 there is `::1` alone. */
function checkSources({ target, world }: Partial<Sections>): Finding[] {
  const host = target?.address?.host;
  if (host === undefined || !host.includes(':') || target?.client !== 'address') return [];
  if (world === undefined || world.sources === 1) return [];
  const what = `${world.sources} client addresses, and only one of ours reaches [${host}]`;
  const expected = '1 (--set world.sources=1), an IPv4 target, or target.client: proxy-v2';
  return [{ path: ['world', 'sources'], complaint: { kind: 'plain', what, expected } }];
}

/** postscreen judges a connection before any command, and so before XCLIENT: all would be one client. */
function checkBotFilter({ target, variants }: Partial<Sections>): Finding[] {
  if (target?.client !== 'xclient') return [];
  const isOn = ({ botFilter }: Tuning) => botFilter !== undefined && botFilter !== 'off';
  const all = Object.values(variants ?? {}).map((changes) => ({ ...target.tuning, ...changes }));
  if (!all.some(isOn)) return [];
  const what = 'xclient, and a bot filter judges clients before they could say who they are';
  const expected = 'address, proxy-v1 or proxy-v2, or botFilter: off';
  return [{ path: ['target', 'client'], complaint: { kind: 'plain', what, expected } }];
}

/** Each reply is a round trip away: who waits for less hangs up on every server. */
function checkPatience({ actors, world }: Partial<Sections>): Finding[] {
  const medianMs = world?.roundTrip?.medianMs ?? 0;
  return (actors ?? [])
    .filter(
      ({ patienceMs, bannerPatienceMs = patienceMs }) =>
        Math.min(patienceMs, bannerPatienceMs) < medianMs,
    )
    .map(({ name, bannerPatienceMs }) => {
      const roundTrip = formatDuration(medianMs);
      const what = `shorter than the world's round trip, whose median is ${roundTrip}`;
      const complaint: Complaint = { kind: 'plain', what, expected: `at least ${roundTrip}` };
      const path = ['actors', name, 'patience'];
      if (bannerPatienceMs === undefined) return { path, complaint };
      const key = bannerPatienceMs < medianMs ? 'banner' : 'command';
      return { path: [...path, key], complaint };
    });
}

/** The gates of one list; what is wrong goes into `findings`. */
export function readGates(
  section: 'expects' | 'goal' | 'thresholds',
  { sections, actors, variants }: Material,
  findings: Finding[],
  placeAt: (path: Path) => Place,
): Gate[] {
  const metrics = metricsOf(actors);
  const lengths = sections.phases;
  const emptyPhases = PHASES.filter((phase) => lengths?.[`${phase}Ms`] === 0);
  const firsts = new Map<string, string>();
  return (sections[section] ?? []).flatMap((text, i) => {
    const path = [section, i];
    const played = sections.variants ? Object.keys(sections.variants) : variants;
    const { gate, complaints } = parseGate(text, { metrics, variants, played, emptyPhases });
    findings.push(...complaints.map((complaint) => ({ path, complaint })));
    if (gate === undefined) return [];
    const key = gateKey(gate);
    const first = firsts.get(key);
    firsts.set(key, first ?? gate.text);
    if (first === undefined) return [{ ...gate, at: placeAt(path) }];
    const what = `says the same as, or contradicts, ${quote(first)}`;
    findings.push({ path, complaint: { kind: 'plain', what, expected: 'each gate once' } });
    return [];
  });
}
