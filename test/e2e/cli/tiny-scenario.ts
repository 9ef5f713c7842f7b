// Tiny scenarios for the end-to-end tests: a second or two of a storm, no round trips.

/** Written as JSON, which is YAML. */
export function tinyScenario(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    name: 'tiny',
    summary: 'For tests.',
    seed: 7,
    clock: { compress: 300 },
    phases: { warmup: '100ms', calm: '300ms', storm: '500ms', recovery: '200ms', drain: '4s' },
    world: {
      domain: 'xman.test',
      victim: 'jslopez@xman.test',
      mailboxes: 20,
      sources: 100,
      roundTrip: 0,
    },
    actors: { legit: LEGIT, bouncers: BOUNCERS },
    target: { kind: 'embedded', tuning: { workers: 50 } },
    ...changes,
  });
}

export const LEGIT = { kind: 'legit', rate: '20/s', size: '2KB', patience: '10s' } as const;
export const BOUNCERS = {
  kind: 'bouncer',
  rate: '40/s',
  // Sendmail waits for the reply to QUIT, the others do not.
  dialects: { postfix: 1, qmail: 1, sendmail: 1 },
  patience: '10s',
} as const;

/** A storm of a minute, for what happens in the middle of a run. */
export const LONG = { warmup: '0s', calm: '500ms', storm: '60s', recovery: '0s', drain: '3s' };

/**
 * A server that takes a second over each message. A busy machine may then start sessions late by a
 * tenth of that before the run is called invalid: tests of valid runs need that room.
 */
export const SLOW_BUT_SURE = {
  kind: 'embedded',
  tuning: { workers: 50, contentFilter: { wait: '1s' } },
} as const;
