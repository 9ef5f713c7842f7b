// Counters: sessions by actor, phase, stage and end state.
import { describe, expect, it } from 'vitest';
import { Counters } from '../../src/record/counters.ts';
import { PHASES } from '../../src/scenario/scenario.ts';
import { END_STATES, type EndState, STAGES, type Stage } from '../../src/smtp/stage.ts';

function add(
  counters: Counters,
  actor: number,
  phase: number,
  stage: Stage,
  state: EndState,
  code = 0,
) {
  counters.add(actor, phase, STAGES.indexOf(stage), END_STATES.indexOf(state), code);
}

describe('counters', () => {
  it('keep every combination apart and name it as it came in', () => {
    const counters = new Counters(3);
    for (let actor = 0; actor < 3; actor += 1) {
      for (const phase of PHASES.keys()) {
        for (const stage of STAGES)
          for (const state of END_STATES) add(counters, actor, phase, stage, state);
      }
    }
    const rows = counters.rows();
    expect(rows).toHaveLength(3 * PHASES.length * STAGES.length * END_STATES.length);
    expect(rows.every(({ sessions }) => sessions === 1)).toBe(true);
    const names = rows.map((row) => [row.actor, row.phase, row.stage, row.state].join());
    expect(new Set(names).size).toBe(rows.length);
  });

  it('list their rows by actor and phase, whatever the order of events', () => {
    const counters = new Counters(3);
    add(counters, 1, 3, 'rcpt', 'rejected');
    add(counters, 1, 2, 'rcpt', 'rejected');
    add(counters, 0, 1, 'body', 'accepted');
    expect(counters.rows().map(({ actor, phase }) => `${actor} ${phase}`)).toEqual([
      '0 calm',
      '1 storm',
      '1 recovery',
    ]);
  });

  it('count reply codes, and none where there was no reply', () => {
    const counters = new Counters(3);
    for (const code of [550, 550, 554]) add(counters, 0, 2, 'rcpt', 'rejected', code);
    add(counters, 0, 2, 'connect', 'refused');
    expect(counters.rows().map(({ replies }) => Object.fromEntries(replies))).toEqual([
      {},
      { 550: 2, 554: 1 },
    ]);
  });

  it.each([
    ['one actor and phase', [0], ['storm'], 'rejected', 2],
    ['two actors', [0, 1], ['storm'], 'rejected', 3],
    ['all phases', [0], PHASES, 'rejected', 3],
    ['another state', [0, 1], PHASES, 'accepted', 1],
    ['nobody', [], PHASES, 'rejected', 0],
  ] as const)('sum the sessions of %s', (_, actors, phases, state, sum) => {
    const counters = new Counters(3);
    add(counters, 0, 2, 'rcpt', 'rejected');
    add(counters, 0, 2, 'mail', 'rejected');
    add(counters, 0, 3, 'rcpt', 'rejected');
    add(counters, 1, 2, 'rcpt', 'rejected');
    add(counters, 1, 2, 'body', 'accepted');
    expect(counters.sessions(actors, phases, state)).toBe(sum);
  });

  it('keep what was started per actor and phase', () => {
    const counters = new Counters(3);
    counters.startsOf(1, 2).attempts += 2;
    counters.startsOf(1, 2).bytesIn += 110;
    counters.startsOf(2, 1).hostWaits += 1;
    expect(counters.startsOf(1, 2)).toMatchObject({ attempts: 2, bytesIn: 110, hostWaits: 0 });
    expect(counters.startsOf(1, 3)).toMatchObject({ attempts: 0, bytesIn: 0, hostWaits: 0 });
    expect(counters.startsOf(2, 1)).toMatchObject({ attempts: 0, bytesIn: 0, hostWaits: 1 });
  });
});
