// What the SPF records of a scenario's variants avert of an actor: the plan tells exactly, since the same
// sessions are averted in every run.
import type { ActorKind } from '../../actors/actor.ts';
import { ACTOR_KINDS } from '../../actors/registry.ts';
import { type Plan, type PlannedActor, sessionsOf } from '../../plan/plan.ts';
import { refusalStart, type SpfRecord } from '../../plan/spf-record.ts';
import { formatCount, formatLength, formatShare } from '../../report/format.ts';
import type { Variant } from '../../scenario/scenario.ts';

/** A sentence for each variant in which the domain publishes a record; none for an actor that it does not touch. */
export function avertedLines(
  plan: Plan,
  planned: PlannedActor,
  variants: readonly Variant[],
): string[] {
  const kind: ActorKind = ACTOR_KINDS[planned.actor.kind];
  if (!kind.answersForgeries) return [];
  return variants.flatMap(({ name, tuning: { spfRecord } }) =>
    spfRecord === undefined || spfRecord === 'off'
      ? []
      : avertedLine(plan, planned, name, spfRecord),
  );
}

function avertedLine(
  plan: Plan,
  planned: PlannedActor,
  variant: string,
  record: SpfRecord,
): string {
  const refusesFromMs = refusalStart(plan, planned.hosts, record);
  let all = 0;
  let averted = 0;
  for (const { host, intendedMs } of sessionsOf(plan, planned)) {
    all += 1;
    if (intendedMs >= refusesFromMs(host)) averted += 1;
  }
  const { stormMs } = plan.spans;
  const fromMs = stormMs + record.afterMs / plan.compress;
  const share = all === 0 ? 0 : averted / all;
  return `Under ${variant} an SPF record averts ${formatCount(averted)} of its ${formatCount(all)} planned sessions (${formatShare(Number(share.toPrecision(2)))}): published ${seconds(fromMs)} into the run, honoured by the hosts of ${formatShare(record.honoured)} of them, by the last ${seconds(record.ttlMs / plan.compress)} later.`;
}

function seconds(ms: number): string {
  return formatLength(ms / 1000);
}
