// test/bench/results.md from what was measured. Pure.
import { renderSection, type Section } from './row.ts';

/** Before the sections. `isKept`: at full length, and so written to the page. */
export function renderHead(machine: readonly string[], isKept: boolean): string {
  return `${[
    '# The generator, measured',
    '',
    'Ratios to programs that ran in turn with ours on the same machine, into the same server: the medians of those within',
    'each pair of runs, with the lowest and the highest. **The absolute figures are this machine’s only.**',
    '',
    ...machine,
    '',
    isKept
      ? 'Written by `npm run bench`; do not edit by hand.'
      : 'A quick run, whose figures are those of warming up, or a part without the rest: nothing is written of it.',
  ].join('\n')}\n`;
}

export function renderPage(machine: readonly string[], sections: readonly Section[]): string {
  const all = [targetsOf(sections), ...sections];
  return [renderHead(machine, true), ...all.map(renderSection)].join('\n');
}

/** For whoever reads no further. */
export function targetsOf(sections: readonly Section[]): Section {
  return {
    title: 'The targets',
    method: 'Out of the tables below: everything that has one. How each was measured stands there.',
    rows: sections.flatMap(({ rows }) => rows.filter(({ limit }) => limit !== undefined)),
  };
}
