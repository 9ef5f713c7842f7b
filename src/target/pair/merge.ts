// What two servers used and logged, as one target's figures: the senders' sessions are those of the server in
// front; what both use is added up, and the part of the server behind is told apart. Pure.
import type { QuestionCounts } from '../../world/names/counts.ts';
import type { MessageAccount, StageFigures, TargetSample, TargetTotals } from '../target.ts';

/** Of both servers together. All else is as the server in front has it. */
const ADDED = [
  'cpuS',
  'memoryBytes',
  'queue',
  'queueIncoming',
  'queueActive',
  'queueDeferred',
  'logBytes',
  'logLines',
  'diskBytes',
] as const satisfies (keyof TargetSample)[];

/** What passed between the two, since the start. */
export interface Between {
  /** Sessions that the server behind had, and questions about addresses that it was asked in them. */
  readonly behindSessions: number;
  readonly behindProbes: number;
  /** Messages, by recipient, that went no further than an account of the server in front. */
  readonly swallowed: number;
  /** Both ways. */
  readonly linkBytes?: number;
}

export function mergeSamples(
  front: TargetSample,
  behind: TargetSample,
  between: Between,
): TargetSample {
  const sums: { -readonly [K in (typeof ADDED)[number]]?: number } = {};
  for (const key of ADDED) {
    const [one, other] = [front[key], behind[key]];
    if (one !== undefined && other !== undefined) sums[key] = one + other;
  }
  const oldest = [front.queueOldestS, behind.queueOldestS].filter((age) => age !== undefined);
  const { cpuS, memoryBytes, workersBusy } = behind;
  const ofFront = Object.entries(front).filter(([key]) => !ADDED.some((added) => added === key));
  return {
    ...Object.fromEntries(ofFront),
    ...sums,
    ...(oldest.length > 0 && { queueOldestS: Math.max(...oldest) }),
    ...(cpuS !== undefined && { behindCpuS: cpuS }),
    ...(memoryBytes !== undefined && { behindMemoryBytes: memoryBytes }),
    ...(workersBusy !== undefined && { behindWorkersBusy: workersBusy }),
    ...between,
  };
}

export function mergeTotals(front: TargetTotals, behind: TargetTotals): TargetTotals {
  const { messages, stages, questions, ...rest } = front;
  const { stages: stagesBehind, questions: askedBehind } = behind;
  const both = messages && behind.messages && mergeAccounts(messages, behind.messages);
  return {
    ...rest,
    ...(front.bounces !== undefined && { bounces: front.bounces + (behind.bounces ?? 0) }),
    ...(both && { messages: both }),
    ...(front.logBytes !== undefined && { logBytes: front.logBytes + (behind.logBytes ?? 0) }),
    ...(stages && { stages: [...stages, ...(stagesBehind ?? []).map(inServerBehind)] }),
    ...((questions || askedBehind) && { questions: addCounts(questions, askedBehind) }),
    warnings: [
      ...front.warnings,
      ...behind.warnings.map((sentence) => `The server behind: ${sentence}`),
    ],
  };
}

function inServerBehind(figures: StageFigures): StageFigures {
  return { ...figures, stage: `behind.${figures.stage}` };
}

function addCounts(one?: QuestionCounts, other?: QuestionCounts): QuestionCounts {
  const sums = { ...(other ?? {}), ...(one ?? {}) } as Record<keyof QuestionCounts, number>;
  for (const key of Object.keys(sums) as (keyof QuestionCounts)[]) {
    sums[key] = (one?.[key] ?? 0) + (other?.[key] ?? 0);
  }
  return sums;
}

/** What the server in front sent on is at its end only when the server behind is rid of it, too. */
function mergeAccounts(
  front: ReadonlyMap<string, MessageAccount>,
  behind: ReadonlyMap<string, MessageAccount>,
): ReadonlyMap<string, MessageAccount> {
  return new Map(
    [...front].map(([id, account]): [string, MessageAccount] => {
      const { bounced = 0, deferred = 0 } = behind.get(id) ?? {};
      return [
        id,
        {
          ...account,
          sent: Math.max(0, account.sent - bounced - deferred),
          bounced: account.bounced + bounced,
          deferred: account.deferred + deferred,
        },
      ];
    }),
  );
}
