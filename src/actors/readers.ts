// Whom legitimate mail goes to: mostly one person, sometimes a few, sometimes a list on which some have
// left long ago.
import { makeMailboxes } from '../plan/mailboxes.ts';
import type { Plan, PlannedSession } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import type { LegitActor } from '../scenario/scenario.ts';

const STREAM = 5100;
const USUAL_STREAM = 4290;
/** Lanes 8 and up are the usual correspondents of a host's writers. */
const LANE = { reader: 2, usual: 3, extent: 6, usualReaders: 8 } as const;
/**
 * Share of the mail that goes to the writer's usual correspondent: greylists know these after the first
 * message, and only the rest is new to them. An assumption, not a measurement.
 */
const USUAL = 0.8;
/** Streams of single messages' further recipients, apart from those of whole actors. */
const FURTHER = 4291;
const LIST_STREAM = 4292;
const LIST_LENGTH = 10;
/** A list has this many places where somebody may have left; the same for good. */
const LISTS = 5;

interface Readers {
  readonly recipients: readonly string[];
  /** How many of them do not exist. */
  readonly dead: number;
}

/** Who reads a session's mail; `writer`: which of the host's people wrote it. */
export type ReadersOf = (session: PlannedSession, writer: number) => Readers;

export function makeReaders(
  { seed, world }: Plan,
  actorIndex: number,
  actor: Pick<LegitActor, 'several' | 'lists' | 'deadUsers'>,
): ReadersOf {
  const mailboxes = makeMailboxes(seed, world.mailboxes, world.domain);
  const lists = Array.from({ length: LISTS }, (_, list) =>
    makeList(seed, mailboxes, { list, domain: world.domain, deadUsers: actor.deadUsers }),
  );
  const stream = STREAM + actorIndex;
  const mailbox = (share: number): string => mailboxes[Math.floor(share * mailboxes.length)] ?? '';
  return ({ index, host }, writer) => {
    const extent = uniform(seed, stream, index, LANE.extent);
    const list = lists[index % LISTS];
    if (extent < actor.lists && list) return list;
    const usual = uniform(seed, stream, index, LANE.usual) < USUAL;
    const first = mailbox(
      usual
        ? uniform(seed, USUAL_STREAM, host, LANE.usualReaders + writer)
        : uniform(seed, stream, index, LANE.reader),
    );
    if (extent >= actor.lists + actor.several) return { recipients: [first], dead: 0 };
    const further = 1 + (index % 3);
    const all = new Set([first]);
    for (let i = 0; i < further; i += 1) all.add(mailbox(uniform(seed, FURTHER, index, i)));
    return { recipients: [...all], dead: 0 };
  };
}

function makeList(
  seed: number,
  mailboxes: readonly string[],
  of: { readonly list: number; readonly domain: string; readonly deadUsers: number },
): Readers {
  const members = new Set<string>();
  let dead = 0;
  for (let i = 0; i < LIST_LENGTH; i += 1) {
    const gone = uniform(seed, LIST_STREAM, of.list, i) < of.deadUsers;
    if (gone) {
      members.add(`former${of.list * LIST_LENGTH + i}@${of.domain}`);
      dead += 1;
    } else {
      const place = uniform(seed, LIST_STREAM + 1, of.list, i) * mailboxes.length;
      members.add(mailboxes[Math.floor(place)] ?? '');
    }
  }
  return { recipients: [...members], dead };
}
