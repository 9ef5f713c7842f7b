// What must be installed for the tunings of a run, so that a lack is told before anything starts.
import type { Tuning } from '../../tuning/tuning.ts';
import type { Program } from '../../world/programs.ts';
import { companionNeeds } from './companions/registry.ts';
import { SQLITE } from './maps.ts';
import { isPackedApart, POSTCONF, tablesOf } from './table-types.ts';

/** Of all variants that will run; without any, what every Postfix needs. */
export function postfixPrograms(tunings: readonly Tuning[] = []): readonly Program[] {
  const all = [POSTCONF, ...tunings.flatMap(serversOf).flatMap(needsOf)];
  return [...new Map(all.map((program) => [program.name, program])).values()];
}

/** Of both servers, where there are two. */
function serversOf(tuning: Tuning): readonly Tuning[] {
  const { edge } = tuning;
  return edge === undefined || edge === 'off' ? [tuning] : [tuning, edge.tuning];
}

function needsOf(tuning: Tuning): readonly Program[] {
  const { recipients } = tuning;
  const table = recipients === 'catch-all' ? undefined : recipients?.table;
  return [
    ...(isPackedApart(table) ? [tablesOf(table)] : []),
    ...(table === 'sqlite' ? [SQLITE] : []),
    ...companionNeeds(tuning),
  ];
}
