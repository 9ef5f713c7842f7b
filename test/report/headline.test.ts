import { describe, expect, it } from 'vitest';
import { headline } from '../../src/report/headline.ts';
import type { ReportInput } from '../../src/report/input.ts';
import { study } from '../../src/report/study.ts';
import {
  BEHAVIOURS,
  type Behaviour,
  sampleInput,
  sampleResult,
  sampleRun,
} from './sample-result.ts';

const named = (...names: readonly string[]): Behaviour[] =>
  names.map((name) => {
    const found = BEHAVIOURS.find((behaviour) => behaviour.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  });
const sentenceOf = (input: ReportInput) => headline(study(input)).sentence;
const inputOf = (...names: readonly string[]) => sampleInput(sampleResult(named(...names)));

describe('the headline', () => {
  it.each([
    [
      ['stock', 'two-errors', 'cdb-first', 'victim-rule'],
      'victim-rule, one changed setting, keeps real mail flowing through the storm; stock does not.',
    ],
    [
      ['stock', 'cdb-first'],
      'cdb-first, two changed settings, keeps real mail flowing through the storm; stock does not.',
    ],
    [
      ['victim-rule', 'stock'],
      'victim-rule keeps real mail flowing through the storm as it is; no change is needed.',
    ],
    [
      ['stock', 'two-errors', 'two-workers'],
      'No variant keeps real mail flowing through the storm, stock included; two-workers comes closest.',
    ],
    [['stock'], 'stock does not keep real mail flowing through the storm.'],
    [['cdb-first'], 'cdb-first keeps real mail flowing through the storm as it is.'],
  ])('of %j names the smallest change that meets the goal', (names, expected) => {
    expect(sentenceOf(inputOf(...names))).toBe(expected);
  });

  it('speaks of the goal where it is not about real mail alone', () => {
    const { result } = inputOf('stock', 'victim-rule');
    const goals = ['missed', 'met'].map((state, i) => ({
      variant: result.variants[i]?.name ?? '',
      states: [{ text: 'reject.cpu_ms < 2', state: state as 'met' | 'missed', shown: '1' }],
    }));
    expect(sentenceOf({ result, goals })).toBe(
      'victim-rule, one changed setting, meets the goal; stock does not.',
    );
  });

  it('does not judge without a goal', () => {
    const result = { ...sampleResult(named('stock', 'cdb-first')), goal: [] };
    expect(sentenceOf({ result, goals: [] })).toBe(
      '2 variants faced deluge-2008; the scenario declares no goal to judge them by.',
    );
  });

  it('says first that a run cannot be trusted, and why', () => {
    const [stock, cdb] = named('stock', 'cdb-first');
    const result = sampleResult(named('stock', 'cdb-first'));
    const late = {
      code: 'generator-late',
      text: 'the generator started 3 % of its sessions late',
      fatal: true,
    };
    const runs = [sampleRun(stock as Behaviour), sampleRun(cdb as Behaviour, 1, [late])];
    expect(sentenceOf(sampleInput({ ...result, runs }))).toBe(
      'This run cannot be trusted: cdb-first: the generator started 3 % of its sessions late.',
    );
  });

  it('still compares when an invalid repeat has a valid one beside it', () => {
    const [stock, cdb] = named('stock', 'cdb-first');
    const result = sampleResult(named('stock', 'cdb-first'));
    const late = { code: 'generator-late', text: 'late', fatal: true };
    const runs = [
      ...result.runs,
      sampleRun(stock as Behaviour, 2),
      sampleRun(cdb as Behaviour, 2, [late]),
    ];
    expect(sentenceOf(sampleInput({ ...result, runs }))).toMatch(
      /^cdb-first, two changed settings/,
    );
  });

  it('names what was not played when a run was cut off', () => {
    const { finishedAt: _cutOff, ...result } = sampleResult(
      named('stock', 'victim-rule', 'cdb-first'),
    );
    const input = sampleInput({ ...result, runs: result.runs.slice(0, 2) });
    const cut = { ...input, goals: input.goals.slice(0, 2) };
    expect(headline(study(cut)).facts).toContain('Not played to its end: cdb-first.');
    expect(sentenceOf(cut)).toMatch(/^victim-rule/);
    expect(sentenceOf({ result: { ...result, runs: [] }, goals: [] })).toMatch(
      /^Nothing was measured/,
    );
  });

  it.each(['unfinished', 'interrupted', 'target-died'])(
    'leaves an %s run out of its judgement',
    (code) => {
      const result = sampleResult(named('stock', 'victim-rule', 'cdb-first'));
      const warnings = [{ code, text: 'cut off', fatal: true }];
      const runs = result.runs.map((run) =>
        run.variant === 'cdb-first' ? { ...run, valid: false, warnings } : run,
      );
      const found = headline(study(sampleInput({ ...result, runs })));
      expect(found.sentence).toMatch(/^victim-rule, one changed setting/);
      expect(found.facts).toContain('Not played to its end: cdb-first.');
    },
  );

  it('does not keep silent about mail that was still on its way', () => {
    expect(headline(study(inputOf('stock', 'two-workers'))).facts[1]).toMatch(
      /^two-workers lost 0 of 325 real messages and had 7 still on their way at the end; 1 in 20/,
    );
  });

  it('tells the facts of the baseline and of the change, with what no interval can carry', () => {
    const { facts } = headline(study(inputOf('stock', 'victim-rule')));
    expect(facts.slice(0, 2).map((fact) => fact.replaceAll('\u00a0', ' '))).toEqual([
      'Under 296 attack sessions a second, stock lost 18 of 325 real messages (5.54 %); 1 in 20 waited at least 55.0 s.',
      'victim-rule lost 0 of 325 real messages (≤ 0.92 %); 1 in 20 waited 430 ms or more: at least 130× shorter (one run each: no interval).',
    ]);
  });
});
