// The names that the senders of a run use, against the zone: what a target looks up of a session.
import { describe, expect, it } from 'vitest';
import type { ActorKind } from '../../../src/actors/actor.ts';
import { ACTOR_KINDS } from '../../../src/actors/registry.ts';
import { roamingHosts } from '../../../src/actors/roaming.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { sourceAddress } from '../../../src/plan/source-address.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { zoneFacts } from '../../../src/world/names/facts.ts';
import { makeZone } from '../../../src/world/names/zone.ts';
import { firstSessions } from '../../actors/senders.ts';

const SESSIONS = 400;
const plan = makePlan(loadScenario('every-sender'));
const zone = makeZone(zoneFacts(plan, roamingHosts(plan)));

describe.each(plan.actors.map((planned) => [planned.actor.name, planned] as const))(
  '%s',
  (_name, planned) => {
    const { kind } = planned.actor;

    it('writes from domains that exist, bots apart, and comes from where their policy says', async () => {
      const actorKind: ActorKind = ACTOR_KINDS[kind];
      const sender = actorKind.sender(plan, planned, await actorKind.prepare(plan, planned));
      let known = 0;
      for (const session of firstSessions(plan, planned, SESSIONS)) {
        for (const attempt of [0, 1, 2]) {
          const { reversePath, helo } = sender.script(session, attempt);
          const domain =
            reversePath === '' ? helo : reversePath.slice(reversePath.indexOf('@') + 1);
          const address = sourceAddress(
            'laboratory',
            sender.addressHost?.(session, attempt) ?? session.host,
          );
          const records = zone(domain.toLowerCase());
          if (kind !== 'bot') {
            expect([domain, records?.mx]).toEqual([domain, expect.stringMatching(/^inbound\./)]);
            expect(records?.txt?.split(' ')).toContain(`ip4:${address}`);
            expect(zone(helo.toLowerCase())?.a).toBe(sourceAddress('laboratory', session.host));
          } else if (records) known += 1;
        }
      }
      // What bots forge is mostly registered, and never theirs.
      if (kind === 'bot') expect(known / SESSIONS / 3).toBeCloseTo(0.95, 1);
    });
  },
);
