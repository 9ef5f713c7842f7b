// What a bot is like: each has its faults and its way to come back for good, one drawn independently of
// the other, and each in its share of the sessions.
import type { Hosts } from '../plan/plan.ts';
import { shareOut } from '../plan/shares.ts';
import type { BotActor } from '../scenario/scenario.ts';
import { BOT_RETRIES, type BotRetries } from './bot-retries.ts';

const FAULTS = ['pregreet', 'quit', 'pipelining', 'heedless', 'wrongHelo', 'garbage'] as const;
type Fault = (typeof FAULTS)[number];

export interface BotNature {
  readonly has: Readonly<Record<Fault, boolean>>;
  readonly retries: BotRetries;
}

/** By the host's number; `draw`: a number in [0, 1) of the host's own for each of several purposes. */
export function botNatures(
  actor: Pick<BotActor, Fault>,
  hosts: Hosts,
  draw: (host: number, purpose: number) => number,
): (host: number) => BotNature {
  const faults = FAULTS.map((fault, i) => {
    const at = shareOut([1 - actor[fault], actor[fault]], hosts, (host) => draw(host, i + 1));
    return { fault, has: (host: number): boolean => at(host) === 1 };
  });
  const comesBack = shareOut(
    BOT_RETRIES.map(({ share }) => share),
    hosts,
    (host) => draw(host, 0),
  );
  return (host) => {
    const retries = BOT_RETRIES[comesBack(host)];
    if (!retries) throw new Error('no bot comes back like this');
    const has = Object.fromEntries(faults.map((one) => [one.fault, one.has(host)]));
    return { has: has as Record<Fault, boolean>, retries };
  };
}
