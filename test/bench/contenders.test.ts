import { describe, expect, it } from 'vitest';
import { BLOWBACK, POSTAL, SMTP_SOURCE } from '../../src/bench/measure/contenders.ts';
import { absence } from '../../src/bench/measure/match.ts';
import { attackPlan, benchPlan } from '../../src/calibration/load-plan.ts';
import { type Plan, sessionsOf } from '../../src/plan/plan.ts';

const JOB = {
  port: 2525,
  sessions: 500,
  atOnce: 100,
  messageBytes: 4096,
  rejected: false,
  folder: '/nowhere',
};

describe('contenders', () => {
  it.each([
    { atOnce: 1, rejected: false, can: false },
    { atOnce: 100, rejected: false, can: true },
    { atOnce: 1000, rejected: false, can: false },
    { atOnce: 100, rejected: true, can: false },
  ])('postal, $atOnce at once, rejected: $rejected: takes part: $can', ({ can, ...how }) => {
    expect(POSTAL.cannot?.({ ...JOB, ...how }) === undefined).toBe(can);
  });

  it('smtp-source goes on after a refusal only where refusals are due', () => {
    expect(SMTP_SOURCE.command(JOB)).not.toContain('-A');
    expect(SMTP_SOURCE.command({ ...JOB, rejected: true })).toContain('-A');
  });

  it('ours sends bounces where they are refused, and mail where it is taken', () => {
    const loadOf = (rejected: boolean) =>
      JSON.parse(BLOWBACK.command({ ...JOB, rejected }).at(-1) ?? '').load.kind;
    expect([loadOf(false), loadOf(true)]).toEqual(['mail', 'attack']);
  });
});

describe('a contender that is not there', () => {
  it('is absent with what to install; one that is there is not', () => {
    const program = { path: '/nowhere/postal', install: 'apt-get install postal' };
    expect(absence({ ...POSTAL, program })).toBe(
      'postal is not installed: `apt-get install postal`',
    );
    expect(absence({ ...POSTAL, program: { ...program, path: process.execPath } })).toBeUndefined();
    expect(absence(BLOWBACK)).toBeUndefined();
  });
});

describe('the loads of the bench', () => {
  const sizes = [1, 2, 999, 20_000];
  const dueOf = (plan: Plan) => plan.actors.flatMap((actor) => [...sessionsOf(plan, actor)]);

  it.each(sizes)('%i sessions are planned, all due within the first millisecond', (sessions) => {
    const load = { sessions, atOnce: 10, messageBytes: 4096 };
    for (const plan of [benchPlan(load), attackPlan(load)]) {
      const due = dueOf(plan);
      expect(due).toHaveLength(sessions);
      expect(due.every(({ intendedMs }) => intendedMs < 1)).toBe(true);
    }
  });

  it('a plan is no larger for more sessions', () => {
    const sizeOf = (sessions: number) =>
      JSON.stringify(benchPlan({ sessions, atOnce: 10, messageBytes: 4096 })).length;
    expect(sizeOf(1_000_000) - sizeOf(1000)).toBeLessThan(20);
  });
});
