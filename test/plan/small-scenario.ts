// A small scenario for tests: legitimate mail and bouncers, a few seconds, no goals.
import type { Scenario } from '../../src/scenario/scenario.ts';

export interface Changes {
  readonly seed?: number;
  readonly bouncersPerSecond?: number;
  readonly legitPerSecond?: number;
  readonly sources?: number;
  readonly roundTrip?: Scenario['world']['roundTrip'] | 'off';
  readonly phases?: Partial<Scenario['phases']>;
  readonly concurrency?: number;
  readonly patienceMs?: number;
  readonly retry?: Scenario['actors'][number]['retry'];
}

export function smallScenario(changes: Changes = {}): Scenario {
  const { roundTrip = { medianMs: 80, p99Ms: 400 } } = changes;
  const common = {
    concurrency: changes.concurrency ?? 1000,
    patienceMs: changes.patienceMs ?? 5000,
    retry: changes.retry ?? 'native',
  } as const;
  return {
    name: 'small',
    summary: 'For tests.',
    expects: [],
    seed: changes.seed ?? 1,
    compress: 300,
    phases: {
      warmupMs: 500,
      calmMs: 1000,
      stormMs: 2000,
      recoveryMs: 500,
      drainMs: 2000,
      ...changes.phases,
    },
    world: {
      domain: 'xman.test',
      victim: 'jslopez@xman.test',
      victimExists: false,
      mailboxes: 20,
      sources: changes.sources ?? 1000,
      ...(roundTrip === 'off' ? {} : { roundTrip }),
    },
    actors: [
      {
        ...common,
        name: 'legit',
        kind: 'legit',
        rate: { shape: 'constant', perSecond: changes.legitPerSecond ?? 10 },
        size: { bytes: 2000 },
        systems: { postfix: 1 },
        several: 0,
        lists: 0,
        deadUsers: 0,
        bounces: 0,
      },
      {
        ...common,
        name: 'bouncers',
        kind: 'bouncer',
        emptyData: 0,
        rate: { shape: 'constant', perSecond: changes.bouncersPerSecond ?? 50 },
        dialects: { postfix: 1, exim: 1, qmail: 1, exchange: 1 },
      },
    ],
    target: { kind: 'embedded', client: 'address', tuning: {} },
    variants: [{ name: 'stock', changes: {}, tuning: {} }],
    goal: [],
    thresholds: [],
    repeat: 1,
  };
}
