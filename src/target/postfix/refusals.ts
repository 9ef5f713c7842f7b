// What this target cannot apply of a tuning, and why. Pure.
import type { RawPostfix, Tuning } from '../../tuning/tuning.ts';
import type { Refusal } from '../target.ts';
import { companionsOf } from './companions/registry.ts';
import { RESERVED } from './main-cf.ts';

export function refusals(tuning: Tuning): readonly Refusal[] {
  // A configuration of the user's says where it listens.
  const open = tuning.config === undefined ? [] : ['inet_interfaces'];
  const raw = rawRefusals(tuning.postfix, open).map((reason) => ({
    setting: 'postfix' as const,
    reason,
  }));
  return [
    ...raw,
    ...ownTableRefusals(tuning).map((reason) => ({ setting: 'recipients' as const, reason })),
    ...edgeRefusals(tuning).map((reason) => ({ setting: 'edge' as const, reason })),
  ];
}

function rawRefusals(raw: RawPostfix | undefined, open: readonly string[]): string[] {
  return Object.keys(raw?.main ?? {}).flatMap((key) => {
    if (RESERVED.some((name) => name === key) && !open.includes(key)) {
      return [`${key} places the instance inside the laboratory and cannot be set`];
    }
    return /^\w+$/.test(key) ? [] : [`${JSON.stringify(key)} is no main.cf setting`];
  });
}

/** A table of the user's: its place is in a configuration, where Postfix' own words for it are. */
function ownTableRefusals({ recipients }: Tuning): string[] {
  if (typeof recipients !== 'object') return [];
  const key = (['path', 'url'] as const).find((name) => recipients[name] !== undefined);
  if (key === undefined) return [];
  return [
    `this target makes its table from the world's mailboxes: leave ${key} out, or name your own table in relay_recipient_maps of a configuration (config)`,
  ];
}

function edgeRefusals({ edge, ...behind }: Tuning): string[] {
  if (edge === undefined || edge === 'off') return [];
  // Each has one place in the laboratory.
  const twice = companionsOf(behind).filter((name) => companionsOf(edge.tuning).includes(name));
  return [
    ...rawRefusals(edge.tuning.postfix, []),
    ...ownTableRefusals(edge.tuning),
    ...twice.map((name) => `both servers would have ${name}: leave it to one of them`),
  ];
}
