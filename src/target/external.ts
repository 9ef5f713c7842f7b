// A mail server at an address that somebody else runs: nothing to start, nothing to sample, and no
// way to apply a tuning, but for what changes the attack alone.
import { admitTarget } from '../guard/guard.ts';
import { isOfAttack, type Tuning } from '../tuning/tuning.ts';
import type { Refusal, Target } from './target.ts';

export function externalTarget(address: { readonly host: string; readonly port: number }): Target {
  return {
    kind: 'external',
    refusals: refuseAll,
    // The guard's answer comes before the first socket.
    start: async () => ({
      address: { host: await admitTarget(address.host), port: address.port },
      version: `${address.host}:${address.port}`,
      configuration: [],
      died: new Promise(() => undefined),
      sample: async () => ({}),
      stop: async () => ({ warnings: [] }),
    }),
  };
}

function refuseAll(tuning: Tuning): Refusal[] {
  return (Object.keys(tuning) as (keyof Tuning)[])
    .filter((setting) => tuning[setting] !== undefined && !isOfAttack(setting))
    .map((setting) => ({
      setting,
      reason:
        'the target is an address that somebody else runs: nobody here can apply a tuning to it',
    }));
}
