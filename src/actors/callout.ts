// Sender callouts: a server that is offered a message asks the sender's domain whether the sender exists,
// and never sends it anything. Exim asks with the null sender, in up to three sessions (its callout's
// `random` and `postmaster` options); Postfix with double-bounce@, which no rule against the null sender
// stops (reject_unverified_sender). Both remember the answer.

import { hostName } from '../plan/host-name.ts';
import { MESSAGE_DATE, type Plan, type PlannedActor, type PlannedSession } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import { shareOut } from '../plan/shares.ts';
import type { CalloutActor, CalloutSystem } from '../scenario/scenario.ts';
import type { Script } from '../smtp/script.ts';
import type { EndState } from '../smtp/stage.ts';
import { type ActorKind, HOST_LIMIT } from './actor.ts';
import { chosenRetries } from './retry-schedule.ts';

const STREAM = 4250;
const HOUR_MS = 3_600_000;

type Probe = 'random' | 'sender' | 'postmaster';

interface System {
  readonly habit: Pick<Script, 'greeting' | 'pipelining' | 'quit' | 'reset' | 'starttls'>;
  reversePath(helo: string): string;
  /** How long an answer is remembered, in campaign ms. */
  readonly positiveMs: number;
  readonly negativeMs: number;
}

const SYSTEMS: Readonly<Record<CalloutSystem, System>> = {
  // Exim's specification, "Address verification": cached for 24 h and 2 h by default.
  exim: {
    habit: { greeting: 'HELO', pipelining: false, quit: 'wait' },
    reversePath: () => '',
    positiveMs: 24 * HOUR_MS,
    negativeMs: 2 * HOUR_MS,
  },
  // address_verify_sender, address_verify_positive_expire_time (31 d), ..._negative_expire_time (3 d).
  postfix: {
    habit: { greeting: 'EHLO', pipelining: true, quit: 'no-wait', reset: true, starttls: true },
    reversePath: (helo) => `double-bounce@${helo}`,
    positiveMs: 31 * 24 * HOUR_MS,
    negativeMs: 3 * 24 * HOUR_MS,
  },
};

export const callout: ActorKind = {
  answersForgeries: true,

  prepare: async () => ({}),

  sender(plan, planned) {
    const actor = calloutOf(planned);
    const natureOf = naturePicker(plan, planned, actor);
    const systemOf = (session: PlannedSession): CalloutSystem => natureOf(session).system;
    const probesOf = (session: PlannedSession): readonly Probe[] => natureOf(session).probes;
    const retries = chosenRetries(actor.retry, undefined);
    return {
      script(session, attempt) {
        const { habit, reversePath } = SYSTEMS[systemOf(session)];
        const helo = hostName(plan.seed, session.host);
        const probe = probesOf(session)[attempt] ?? 'sender';
        return {
          ...habit,
          helo,
          reversePath: reversePath(helo),
          recipients: [recipientOf(probe, plan, helo, session.index)],
          message: undefined,
        };
      },
      hostLimit: () => HOST_LIMIT,
      retrySchedule: () => retries,
      quota: (session) => {
        if (actor.cache === 'off') return undefined;
        const { positiveMs, negativeMs } = SYSTEMS[systemOf(session)];
        // What was deferred or not answered is no answer.
        const periodMs = (state: EndState | undefined): number =>
          state === 'accepted' ? positiveMs : state === 'rejected' ? negativeMs : 0;
        return { key: 0, limit: 1, from: 'end', periodMs };
      },
      label: (session) =>
        [systemOf(session), ...probesOf(session).filter((probe) => probe !== 'sender')].join('-'),
      goesOn(session, attempt, state) {
        const probes = probesOf(session);
        if (attempt + 1 >= probes.length) return false;
        // A domain that takes any address has told all; one that refuses the sender needs no postmaster.
        return state === (probes[attempt] === 'random' ? 'rejected' : 'accepted');
      },
    };
  },
};

function calloutOf({ actor }: PlannedActor): CalloutActor {
  if (actor.kind !== 'callout') throw new Error(`${actor.name} makes no callouts`);
  return actor;
}

/** What a host is and asks for. */
interface Nature {
  readonly system: CalloutSystem;
  readonly probes: readonly Probe[];
}

/** By the host, which stays what it is; each nature in its share of the sessions. */
function naturePicker(
  plan: Plan,
  { hosts }: PlannedActor,
  { systems, random, postmaster }: CalloutActor,
): (session: Pick<PlannedSession, 'host'>) => Nature {
  const { exim = 0, postfix = 0 } = systems;
  const natures: { readonly nature: Nature; readonly weight: number }[] = [
    { nature: { system: 'postfix', probes: ['sender'] }, weight: postfix },
  ];
  for (const first of [true, false]) {
    for (const last of [true, false]) {
      const weight = exim * (first ? random : 1 - random) * (last ? postmaster : 1 - postmaster);
      const probes: Probe[] = ['sender'];
      if (first) probes.unshift('random');
      if (last) probes.push('postmaster');
      natures.push({ nature: { system: 'exim', probes }, weight });
    }
  }
  const used = natures.filter(({ weight }) => weight > 0);
  const at = shareOut(
    used.map(({ weight }) => weight),
    hosts,
    (host) => uniform(plan.seed, STREAM, host),
  );
  return ({ host }) => {
    const found = used[at(host)];
    if (!found) throw new Error('a mix of callouts without weights');
    return found.nature;
  };
}

function recipientOf(probe: Probe, { world }: Plan, helo: string, index: number): string {
  if (probe === 'sender') return world.victim;
  if (probe === 'postmaster') return `postmaster@${world.domain}`;
  // callout_random_local_part: "$primary_hostname-$tod_epoch-testing" by default.
  return `${helo}-${MESSAGE_DATE.getTime() / 1000 + index}-testing@${world.domain}`;
}
