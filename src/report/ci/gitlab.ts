// GitLab's code quality report: what does not hold, at the line of its threshold.
import { createHash } from 'node:crypto';
import { escapeTerminal } from '../escape.ts';
import { type CiReport, sentenceOf } from './outcome.ts';

const SEVERITY = { missed: 'critical', 'no-data': 'major', inconclusive: 'minor' } as const;

export function renderCodeQuality({ outcomes, scenario }: CiReport): string {
  const issues = outcomes.flatMap((outcome) => {
    const { state, name, file, line } = outcome;
    if (state === 'met') return [];
    // The same for the same threshold, so that GitLab can tell what is new.
    const fingerprint = createHash('sha256').update(`${scenario}\n${name}`).digest('hex');
    return [
      {
        description: escapeTerminal(sentenceOf(outcome)),
        check_name: `threshold-${state}`,
        fingerprint,
        severity: SEVERITY[state],
        location: { path: file ?? scenario, lines: { begin: line ?? 1 } },
      },
    ];
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}
