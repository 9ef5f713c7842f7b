// The shape of a result, for reading one from a file: what the report relies on is there and of the
// right kind. What later versions add is let through.
import { z } from 'zod';
import { PHASES } from '../scenario/scenario.ts';

const phase = z.enum(PHASES);
const warning = z.looseObject({ code: z.string(), text: z.string(), fatal: z.boolean() });
const metric = z.looseObject({
  phase: z.enum([...PHASES, 'run']),
  metric: z.string(),
  value: z.number(),
  unit: z.string(),
});
const second = z.looseObject({
  t: z.number(),
  phase,
  legit: z.looseObject({ due: z.number(), delivered: z.number(), undelivered: z.number() }),
  attack: z.looseObject({ started: z.number() }),
  target: z.looseObject({}),
});
const outcome = z.looseObject({
  actor: z.string(),
  phase,
  stage: z.string(),
  state: z.string(),
  sessions: z.number(),
  replies: z.record(z.string(), z.number()),
});
const message = z.looseObject({
  id: z.string(),
  phase,
  dueAt: z.number(),
  state: z.string(),
  attempts: z.number(),
});
const emitted = z.looseObject({
  t: z.number(),
  kind: z.string(),
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  lines: z.array(z.string()),
});
const stageCost = z.looseObject({
  stage: z.string(),
  asked: z.number(),
  refused: z.number(),
  deferred: z.number(),
  busyS: z.number(),
  waitedS: z.number(),
});
const run = z.looseObject({
  variant: z.string(),
  repeat: z.number(),
  valid: z.boolean(),
  warnings: z.array(warning),
  metrics: z.array(metric),
  unavailable: z.array(z.looseObject({ metric: z.string(), reason: z.string() })),
  histograms: z.record(z.string(), z.string()),
  timeline: z.array(second),
  outcomes: z.array(outcome),
  books: z.array(z.looseObject({ what: z.string(), ours: z.number(), theirs: z.number() })),
  emitted: z.array(emitted).optional(),
  causes: z.record(z.string(), z.number()).optional(),
  stages: z.array(stageCost).optional(),
  methods: z.record(z.string(), z.string()).optional(),
  ledger: z.array(message),
});
const verdict = z.looseObject({
  metric: z.string(),
  phase: z.enum([...PHASES, 'run']),
  variant: z.string(),
  baseline: z.string(),
  verdict: z.enum(['better', 'worse', 'equivalent', 'inconclusive']),
  ratio: z.number().optional(),
  low: z.number().optional(),
  high: z.number().optional(),
  margin: z.number(),
  pairs: z.number(),
});

export const resultShape = z.looseObject({
  blowback: z.string(),
  scenario: z.string(),
  summary: z.string(),
  seed: z.number(),
  planDigest: z.string(),
  startedAt: z.string(),
  command: z.string(),
  compress: z.number(),
  phases: z.looseObject({
    warmupMs: z.number(),
    calmMs: z.number(),
    stormMs: z.number(),
    recoveryMs: z.number(),
  }),
  expects: z.array(z.string()).optional(),
  goal: z.array(z.string()),
  thresholds: z.array(z.string()),
  machine: z.looseObject({ os: z.string(), cpu: z.string(), cores: z.number(), node: z.string() }),
  target: z.looseObject({ kind: z.string(), version: z.string(), address: z.string() }),
  variants: z.array(
    z.looseObject({
      name: z.string(),
      changes: z.array(z.string()),
      configuration: z.array(z.string()),
    }),
  ),
  actors: z.array(z.looseObject({ name: z.string(), kind: z.string(), planned: z.number() })),
  runs: z.array(run),
  verdicts: z.array(verdict),
  capacity: z
    .looseObject({
      of: z.string(),
      variants: z.array(
        z.looseObject({
          variant: z.string(),
          held: z.number().optional(),
          broke: z.number().optional(),
          invalid: z.number().optional(),
          ended: z.string(),
          storms: z.array(
            z.looseObject({
              rate: z.number(),
              outcome: z.string(),
              due: z.number(),
              delivered: z.number(),
            }),
          ),
        }),
      ),
    })
    .optional(),
  comparison: z
    .looseObject({
      looks: z.array(z.number()),
      warmUps: z.number(),
      order: z.array(z.array(z.string())),
      ended: z.string(),
    })
    .optional(),
});
