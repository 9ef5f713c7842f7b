// Holds a tree against the schema, section by section, and gathers every mistake with its place.
import type * as z from 'zod';
import { checkSections, type Finding, readGates } from './checks.ts';
import { type Complaint, describeComplaint, type Mistake, ScenarioError } from './mistake.ts';
import type { Gate } from './scenario.ts';
import { SECTIONS, type SectionName, type Sections } from './schema.ts';
import { type Branch, child, descend, type Path, placeOf, plain, type Tree } from './tree.ts';

export interface Judged {
  readonly sections: Sections;
  readonly expects: readonly Gate[];
  readonly goal: readonly Gate[];
  readonly thresholds: readonly Gate[];
}

/**
 * @param earlier what was found wrong before, e.g. with the flags
 * @param keep the variants that will be played; undefined for all
 * @throws ScenarioError with every mistake, in the file's order
 */
export function judge(
  tree: Branch,
  earlier: readonly Mistake[],
  keep: readonly string[] | undefined,
): Judged {
  const findings = unknownSections(tree);
  const sections = keepVariants(parseSections(tree, findings), keep);
  const material = { sections, actors: actorNames(tree), variants: variantNames(tree) };
  findings.push(...checkSections(material));
  const placeAt = (path: Path) => placeOf(tree, path, 'value');
  const expects = readGates('expects', material, findings, placeAt);
  const goal = readGates('goal', material, findings, placeAt);
  const thresholds = readGates('thresholds', material, findings, placeAt);
  const mistakes = [...earlier, ...findings.map((finding) => toMistake(tree, finding))];
  if (mistakes.length > 0) throw new ScenarioError(mistakes.sort(byPlace));
  return { sections: sections as Sections, expects, goal, thresholds };
}

/** As the file states them, so that gates can be judged when the sections are wrong. */
export function variantNames(tree: Branch): string[] {
  const variants = child(tree, 'variants');
  return variants?.kind === 'map' ? [...variants.entries.keys()] : ['stock'];
}

function actorNames(tree: Branch): { name: string; kind?: unknown }[] {
  const actors = child(tree, 'actors');
  if (actors?.kind !== 'map') return [];
  return [...actors.entries].map(([name, entry]) => {
    const kind = child(entry.tree, 'kind');
    return { name, kind: kind && plain(kind) };
  });
}

function unknownSections(tree: Branch): Finding[] {
  const known = Object.keys(SECTIONS);
  return [...tree.entries.keys()]
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: [key], complaint: { kind: 'unknown-key', known } }));
}

function parseSections(tree: Branch, findings: Finding[]): Partial<Sections> {
  const sections: Record<string, unknown> = {};
  for (const name of Object.keys(SECTIONS) as SectionName[]) {
    const stated = child(tree, name);
    const result = SECTIONS[name].safeParse(stated && plain(stated));
    if (result.success && result.data !== undefined) sections[name] = result.data;
    for (const issue of result.error?.issues ?? []) {
      const path = [
        name,
        ...issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
      ];
      findings.push({ path, complaint: complaintOf(issue, descend(tree, path)) });
    }
  }
  return sections as Partial<Sections>;
}

function keepVariants(
  sections: Partial<Sections>,
  keep: readonly string[] | undefined,
): Partial<Sections> {
  if (keep === undefined || sections.variants === undefined) return sections;
  const kept = Object.entries(sections.variants).filter(([name]) => keep.includes(name));
  return { ...sections, variants: Object.fromEntries(kept) };
}

/** Our own complaint where there is one; zod's own issues say that a map or a list is expected. */
function complaintOf(issue: z.core.$ZodIssue, found: Tree | undefined): Complaint {
  if (issue.code === 'custom') return issue.params?.['complaint'] as Complaint;
  if (issue.code === 'invalid_type') {
    const expected = issue.expected === 'array' ? 'a list' : 'a map';
    return found === undefined ? { kind: 'missing', expected } : { kind: 'value', expected };
  }
  const short = issue.code === 'too_small';
  return { kind: 'plain', what: short ? 'the list is empty' : 'the list is too long' };
}

function toMistake(tree: Branch, { path, complaint }: Finding): Mistake {
  const found = descend(tree, path);
  const at = placeOf(tree, path, pointsAtKey(complaint, found) ? 'key' : 'value');
  return { at, message: describeComplaint(complaint, path, found && plain(found)) };
}

/** What concerns a whole map is better shown at its key than at its first line. */
function pointsAtKey(complaint: Complaint, found: Tree | undefined): boolean {
  if (complaint.kind === 'unknown-key') return true;
  if (complaint.kind === 'plain' && complaint.ofKey) return true;
  return complaint.kind !== 'value' && found?.kind === 'map';
}

/** Flags first; then file by file, each from top to bottom. */
function byPlace({ at: a }: Mistake, { at: b }: Mistake): number {
  if ('flag' in a || 'flag' in b) return Number('flag' in b) - Number('flag' in a);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
