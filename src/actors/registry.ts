// The actor kinds. A new kind is one file and one line here.
import type { ActorKindName } from '../scenario/scenario.ts';
import type { ActorKind } from './actor.ts';
import { bot } from './bot.ts';
import { bouncer } from './bouncer.ts';
import { callout } from './callout.ts';
import { challengeResponse } from './challenge-response.ts';
import { harvester } from './harvester.ts';
import { legit } from './legit.ts';
import { listManager } from './list-manager.ts';
import { slowClient } from './slow-client.ts';
import { vacation } from './vacation.ts';

export const ACTOR_KINDS = {
  bouncer,
  vacation,
  'list-manager': listManager,
  'challenge-response': challengeResponse,
  callout,
  bot,
  harvester,
  'slow-client': slowClient,
  legit,
} satisfies Record<ActorKindName, ActorKind>;
