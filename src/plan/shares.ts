// Which of several options each host of an actor has, such that the options have their shares of its
// *sessions*: with Zipf a dozen hosts send half of them, and one draw too many there would turn a mix of
// systems upside down. Pure; the same host has the same option every time.
import type { Hosts } from './plan.ts';

/** Hosts that are placed one by one; each of the others sends too little to matter. */
const HEAD = 4096;

/**
 * The index of a host's option. `weights`: of the options, in any unit, above 0 in all. `draw`: a number
 * in [0, 1) of the host's own.
 */
export function shareOut(
  weights: readonly number[],
  hosts: Hosts,
  draw: (host: number) => number,
): (host: number) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const room = weights.map((weight) => weight / total);
  const head = new Uint16Array(Math.min(HEAD, hosts.count));
  const mass = zipfMass(hosts.count);
  for (let rank = 0; rank < head.length; rank += 1) {
    const share = mass / (rank + 1);
    const option = place(room, share, draw(hosts.first + rank));
    head[rank] = option;
    room[option] = (room[option] ?? 0) - share;
  }
  const rest = room.map((left) => Math.max(0, left));
  const tail = rest.some((left) => left > 0) ? rest : weights;
  return (host) => head[host - hosts.first] ?? pick(tail, draw(host));
}

/** Among the options that have room for so much, by their room; the roomiest if none has. */
function place(room: readonly number[], share: number, quantile: number): number {
  const fitting = room.map((left) => (left >= share ? left : 0));
  if (fitting.some((left) => left > 0)) return pick(fitting, quantile);
  return room.indexOf(Math.max(...room));
}

function pick(weights: readonly number[], quantile: number): number {
  let rest = quantile * weights.reduce((sum, weight) => sum + weight, 0);
  let last = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight <= 0) continue;
    rest -= weight;
    if (rest < 0) return index;
    last = index;
  }
  return last;
}

/** The share of the first of so many hosts (see zipf.ts); that of rank r is r + 1 times less. */
function zipfMass(count: number): number {
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) sum += 1 / rank;
  return 1 / sum;
}
