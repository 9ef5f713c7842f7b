// The actor kinds. A new kind is one file and one line here.
import type { ActorKindName } from '../scenario/scenario.ts';
import type { ActorKind } from './actor.ts';
import { bot } from './bot.ts';
import { bouncer } from './bouncer.ts';
import { callout } from './callout.ts';
import { harvester } from './harvester.ts';
import { legit } from './legit.ts';
import { slowClient } from './slow-client.ts';

export const ACTOR_KINDS = {
  bouncer,
  callout,
  bot,
  harvester,
  'slow-client': slowClient,
  legit,
} satisfies Record<ActorKindName, ActorKind>;
