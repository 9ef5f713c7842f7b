// The actor kinds. A new kind is one file and one line here.
import type { ActorKindName } from '../scenario/scenario.ts';
import type { ActorKind } from './actor.ts';
import { bouncer } from './bouncer.ts';
import { legit } from './legit.ts';

export const ACTOR_KINDS = { bouncer, legit } satisfies Record<ActorKindName, ActorKind>;
