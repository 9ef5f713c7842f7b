// Every kind of target that we start ourselves, by its name in a scenario.
import type { TargetChoice, TargetKind } from '../scenario/scenario.ts';
import { embedded } from './embedded/embedded.ts';
import { externalTarget } from './external.ts';
import { postfix } from './postfix/postfix.ts';
import type { Target } from './target.ts';

const TARGETS = {
  embedded,
  postfix,
} satisfies Record<Exclude<TargetKind, 'external'>, Target>;

/** The target that a scenario chose. */
export function targetFor(choice: TargetChoice): Target {
  if (choice.kind !== 'external') return TARGETS[choice.kind];
  if (!choice.address) throw new TypeError('an external target without an address');
  return externalTarget(choice.address);
}
