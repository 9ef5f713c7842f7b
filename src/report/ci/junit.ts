// JUnit XML, as Jenkins, GitLab and others read it: a test case per threshold and variant. Only what the schema of
// Jenkins' xUnit plugin knows.
import { escapeHtml } from '../escape.ts';
import { type CiOutcome, type CiReport, sentenceOf } from './outcome.ts';

export function renderJUnit(report: CiReport): string {
  const { scenario, outcomes, startedAt } = report;
  const count = (state: CiOutcome['state']) =>
    outcomes.filter((outcome) => outcome.state === state).length;
  const sums = `tests="${outcomes.length}" failures="${count('missed')}" errors="${count('no-data')}"`;
  const time = `time="${report.seconds.toFixed(3)}"`;
  const suite = `${sums} skipped="${count('inconclusive')}" ${time} timestamp="${startedAt.slice(0, 19)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="blowback" ${sums} ${time}>`,
    `  <testsuite name="${escapeHtml(scenario)}" ${suite}>`,
    ...outcomes.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(outcome: CiOutcome): string {
  const { name, phase, state } = outcome;
  const head = `    <testcase name="${escapeHtml(name)}" classname="gates.${escapeHtml(phase)}" time="0.000"`;
  if (state === 'met') return `${head}/>`;
  const text = escapeHtml(sentenceOf(outcome));
  const element = {
    missed: `<failure message="${text}" type="threshold">${text}</failure>`,
    'no-data': `<error message="${text}" type="no data">${text}</error>`,
    inconclusive: `<skipped message="${text}"/>`,
  }[state];
  return `${head}>\n      ${element}\n    </testcase>`;
}
