// What a whole bench measured, kept beside its page, so that one experiment can be measured anew without
// the others. Pure but for the two files.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { renderPage } from './page.ts';
import type { Section } from './row.ts';

/** A section, and which experiment it is of. */
export interface Measured {
  readonly name: string;
  readonly section: Section;
}

export interface Kept {
  /** Lines that must be the same for figures to stand on one page: the machine, the programs. */
  readonly machine: readonly string[];
  readonly measured: readonly Measured[];
}

/** Undefined where nothing was kept, or on another machine. */
export function readKept(file: string, machine: readonly string[]): Kept | undefined {
  if (!existsSync(file)) return undefined;
  const kept = JSON.parse(readFileSync(file, 'utf8'), numberAgain) as Kept;
  return kept.machine.join('\n') === machine.join('\n') ? kept : undefined;
}

/** The new ones in the place of those that they measure again. */
export function renew(kept: Kept, fresh: readonly Measured[]): Kept {
  const byName = new Map(fresh.map((one) => [one.name, one]));
  return { ...kept, measured: kept.measured.map((old) => byName.get(old.name) ?? old) };
}

export function writeKept(kept: Kept, file: string, page: string): void {
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(file, `${JSON.stringify(kept, numberInWords, 1)}\n`);
  const sections = kept.measured.map(({ section }) => section);
  writeFileSync(page, renderPage(kept.machine, sections));
}

/** NaN and Infinity are no JSON. */
const IN_WORDS = new Map([NaN, Infinity, -Infinity].map((number) => [String(number), number]));

function numberInWords(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function numberAgain(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? (IN_WORDS.get(value) ?? value) : value;
}
