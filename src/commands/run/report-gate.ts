// What a gate found, in the formats that were asked for. Loaded at its end only.
import { appendFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import { renderAnnotations, renderGateMarkdown } from '../../report/ci/github.ts';
import { renderCodeQuality } from '../../report/ci/gitlab.ts';
import { renderJUnit } from '../../report/ci/junit.ts';
import type { CiOutcome, CiReport } from '../../report/ci/outcome.ts';
import { renderTap } from '../../report/ci/tap.ts';
import { formatMetric } from '../../report/format.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { writeWhole } from '../../result/files.ts';
import type { Result } from '../../result/result.ts';
import { metricsOf } from '../../scenario/metrics.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Fact } from '../../verdict/facts.ts';
import type { GateOutcome } from '../../verdict/gate.ts';
import type { GateOrder } from './assignment.ts';
import { nameOf, nameOfFact, type StoredFacts } from './gate.ts';
import { judge, measured } from './judge.ts';

interface Found {
  readonly outcomes: readonly GateOutcome[];
  readonly facts: StoredFacts | undefined;
}

/** Writes and prints what was asked for. @throws UserError (3) for a file that cannot be written. */
export function reportGate(
  order: GateOrder,
  scenario: Scenario,
  result: Result,
  { outcomes, facts }: Found,
): void {
  const report: CiReport = {
    scenario: scenario.name,
    outcomes: [
      ...outcomes.map((outcome) => forCi(outcome, result)),
      ...(facts?.different === undefined
        ? (facts?.facts ?? []).map((fact) => factForCi(fact, result))
        : []),
    ],
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
  if (facts?.different !== undefined) console.error(describeStored(facts, result));
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

function factForCi(fact: Fact, result: Result): CiOutcome {
  return {
    name: nameOfFact(fact),
    phase: fact.phase,
    state: fact.isWorse ? 'missed' : 'met',
    shown: figuresOf(fact, result),
  };
}

function figuresOf({ metric, measured: now, stored }: Fact, { actors }: Result): string {
  const unit = metricsOf(actors).get(metric)?.unit ?? 'count';
  return `${formatMetric(now, unit)}, stored ${formatMetric(stored, unit)}`;
}

/** Shown, since a reader may know why they differ. */
function describeStored({ facts, different }: StoredFacts, result: Result): string {
  const lines = facts.map(
    (fact) => `  ${fact.variant}: ${fact.metric}: ${figuresOf(fact, result)}`,
  );
  return [`the stored result is of ${different}: not compared`, ...lines].join('\n');
}
