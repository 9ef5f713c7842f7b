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
  return [...raw, ...edgeRefusals(tuning).map((reason) => ({ setting: 'edge' as const, reason }))];
}

function rawRefusals(raw: RawPostfix | undefined, open: readonly string[]): string[] {
  return Object.keys(raw?.main ?? {}).flatMap((key) => {
    if (RESERVED.some((name) => name === key) && !open.includes(key)) {
      return [`${key} places the instance inside the laboratory and cannot be set`];
    }
    return /^\w+$/.test(key) ? [] : [`${JSON.stringify(key)} is no main.cf setting`];
  });
}

function edgeRefusals({ edge, ...behind }: Tuning): string[] {
  if (edge === undefined || edge === 'off') return [];
  // Each has one place in the laboratory.
  const twice = companionsOf(behind).filter((name) => companionsOf(edge.tuning).includes(name));
  return [
    ...rawRefusals(edge.tuning.postfix, []),
    ...twice.map((name) => `both servers would have ${name}: leave it to one of them`),
  ];
}
