// What a gate found, in the formats that were asked for. Loaded at its end only.
import { appendFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import { renderAnnotations, renderGateMarkdown } from '../../report/ci/github.ts';
import { renderCodeQuality } from '../../report/ci/gitlab.ts';
import { renderJUnit } from '../../report/ci/junit.ts';
import type { CiOutcome, CiReport } from '../../report/ci/outcome.ts';
import { renderTap } from '../../report/ci/tap.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { writeWhole } from '../../result/files.ts';
import type { Result } from '../../result/result.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { GateOutcome } from '../../verdict/gate.ts';
import type { GateOrder } from './assignment.ts';
import { nameOf } from './gate.ts';
import { judge, measured } from './judge.ts';

/** Writes and prints what was asked for. @throws UserError (3) for a file that cannot be written. */
export function reportGate(
  order: GateOrder,
  scenario: Scenario,
  result: Result,
  outcomes: readonly GateOutcome[],
): void {
  const report: CiReport = {
    scenario: scenario.name,
    outcomes: outcomes.map((outcome) => forCi(outcome, result)),
    onInconclusive: order.onInconclusive,
    attempt: Number(process.env['GITHUB_RUN_ATTEMPT']) || undefined,
    seconds:
      (Date.parse(result.finishedAt ?? result.startedAt) - Date.parse(result.startedAt)) / 1000,
    startedAt: result.startedAt,
  };
  const markdown = () => renderGateMarkdown(report, renderMarkdown(judge(result)));
  const files = [
    [order.junit, () => renderJUnit(report)],
    [order.tap, () => renderTap(report)],
    [order.gitlab, () => renderCodeQuality(report)],
    [order.markdown, markdown],
  ] as const;
  for (const [path, render] of files) if (path !== undefined) writeWhole(path, render());
  if (!order.github) return;
  for (const line of renderAnnotations(report)) console.error(line);
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '') append(summary, markdown());
}

function append(path: string, text: string): void {
  try {
    appendFileSync(path, text);
  } catch (cause) {
    throw new UserError(`cannot write the step's summary to ${path}: ${(cause as Error).message}`, {
      exitCode: EXIT.environment,
      cause,
    });
  }
}

function forCi(outcome: GateOutcome, result: Result): CiOutcome {
  const { gate, state, borderline, record } = outcome;
  const { at } = gate;
  const place =
    at && 'file' in at ? { file: relative('.', resolve(at.file)), line: at.line } : undefined;
  const pairs = record && record.pairs > 0 ? `, ${record.pairs} pairs` : '';
  const doubt = state === 'inconclusive' && record?.reason ? `, ${record.reason}` : '';
  const value = measured(outcome, result.actors);
  return {
    name: nameOf(outcome),
    phase: gate.phases.length === 0 ? 'run' : gate.phases.join('-'),
    state,
    shown: `${value}${pairs}${doubt}${borderline ? ', borderline' : ''}`,
    ...place,
  };
}
