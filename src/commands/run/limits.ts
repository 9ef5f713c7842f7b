// What a plan needs of this machine (file descriptors, ports) held against what it has: arithmetic
// only, before the first socket opens. read-limits.ts asks the machine.
import { HOST_LIMIT } from '../../actors/actor.ts';
import { EXIT, UserError } from '../../errors.ts';
import type { Tally } from '../../plan/digest.ts';
import { type Plan, sessionsOf } from '../../plan/plan.ts';
import { type Network, PROXY_ADDRESSES } from '../../plan/source-address.ts';
import type { TargetChoice } from '../../scenario/scenario.ts';

export interface Limits {
  /** Files that one process may open; undefined where there is no limit or nobody tells. */
  readonly descriptors: number | undefined;
  /** Files that the whole machine can still open. */
  readonly machineDescriptors: number | undefined;
  readonly ports: PortRange;
}

/** What the kernel chooses a client's port from: each (address, port) serves one session at a time. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
  /** Ports within it that are reserved. */
  readonly reserved: number;
  /** The setting that widens it, with its new value. */
  readonly mend: string;
  /**
   * How long a port stays taken after a session in which the client hung up first (TIME_WAIT), in ms,
   * for sockets bound to an address and for those that are not.
   */
  readonly heldMs: { readonly bound: number; readonly unbound: number };
}

export function portCount({ first, last, reserved }: PortRange): number {
  return Math.max(0, last - first + 1 - reserved);
}

/** Sessions per second that one address can have at least, should all its clients hang up first. */
export function sessionsPerSecond(ports: PortRange, how: 'bound' | 'unbound'): number {
  return portCount(ports) / (ports.heldMs[how] / 1000);
}

/** Where the connections of a run come from, as far as ports go. */
type Origin =
  /** Every host has its own address. */
  | 'hosts'
  /** The clients' addresses are told, by connections from a few addresses. */
  | 'proxy'
  /** All from one address. */
  | 'one';

export interface Need {
  readonly sessionsAtOnce: number;
  readonly workers: number;
  readonly origin: Origin;
  /** From the address that most sessions come from. */
  readonly busiest: {
    readonly atOnce: number;
    readonly whileHeld: number;
    readonly heldMs: number;
  };
}

/**
 * Addresses of 127/8 reach no IPv6 target; and somebody else's server, which is told its clients'
 * addresses, trusts the one address that this machine usually calls it from.
 */
export function connectionNetwork(
  network: Network,
  { kind, client }: Pick<TargetChoice, 'kind' | 'client'>,
  host: string,
): Network {
  if (host.includes(':')) return 'single';
  return kind === 'external' && client !== 'address' ? 'single' : network;
}

export function needOf(
  plan: Plan,
  tallies: readonly Tally[],
  way: { readonly network: Network; readonly client: TargetChoice['client'] },
  limits: Pick<Limits, 'ports'>,
  workers: number,
): Need {
  const atOnce = sessionsAtOnce(plan, tallies);
  const origin = way.network === 'single' ? 'one' : way.client === 'address' ? 'hosts' : 'proxy';
  const heldMs = limits.ports.heldMs[origin === 'one' ? 'unbound' : 'bound'];
  return {
    sessionsAtOnce: atOnce,
    workers,
    origin,
    busiest: {
      atOnce: {
        hosts: Math.min(HOST_LIMIT, atOnce),
        proxy: Math.ceil(atOnce / PROXY_ADDRESSES),
        one: atOnce,
      }[origin],
      whileHeld: busiestWithin(plan, tallies, origin, heldMs, portCount(limits.ports)),
      heldMs,
    },
  };
}

/** No more can be in flight than were planned: a retry follows the end of the attempt before. */
function sessionsAtOnce(plan: Plan, tallies: readonly Tally[]): number {
  return plan.actors.reduce(
    (sum, { actor, index }) => sum + Math.min(actor.concurrency, tallies[index]?.sessions ?? 0),
    0,
  );
}

/** Planned sessions of the busiest address within the time that a port stays taken. Without retries. */
function busiestWithin(
  plan: Plan,
  tallies: readonly Tally[],
  origin: Origin,
  windowMs: number,
  enough: number,
): number {
  const all = tallies.reduce((sum, { sessions }) => sum + sessions, 0);
  const even = origin === 'proxy' ? Math.ceil(all / PROXY_ADDRESSES) : all;
  // Most plans stop here, without being looked through once more.
  if (even <= enough) return even;
  // The first host of each actor has most of its sessions (Zipf).
  const firsts = new Set(plan.actors.map(({ hosts }) => hosts.first));
  const times = new Map<number, number[]>();
  for (const planned of plan.actors) {
    for (const { host, intendedMs } of sessionsOf(plan, planned)) {
      if (origin === 'hosts' && !firsts.has(host)) continue;
      const address = origin === 'hosts' ? host : 0;
      const known = times.get(address);
      if (known) known.push(intendedMs);
      else times.set(address, [intendedMs]);
    }
  }
  const most = [...times.values()].reduce((sum, ms) => Math.max(sum, mostWithin(ms, windowMs)), 0);
  return origin === 'proxy' ? Math.ceil(most / PROXY_ADDRESSES) : most;
}

function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = Float64Array.from(times).sort();
  let most = 0;
  let from = 0;
  for (let to = 0; to < sorted.length; to += 1) {
    while ((sorted[to] ?? 0) - (sorted[from] ?? 0) >= windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

/**
 * What the program keeps open beside its sessions: files, pipes, the sink's connections (36 with one
 * worker), and of each thread (5). The embedded target is a process of its own with the same limit, holds
 * at most the same sessions, and keeps less open (24): what suffices here suffices there.
 */
const OWN_DESCRIPTORS = 96;
const WORKER_DESCRIPTORS = 8;

export function descriptorsFor({ sessionsAtOnce: sessions, workers }: Need): number {
  return sessions + OWN_DESCRIPTORS + WORKER_DESCRIPTORS * workers;
}

/** @throws UserError (3) when so many sessions cannot be opened. Answers what may become tight. */
export function requireLimits(need: Need, limits: Limits): string[] {
  requireDescriptors(need, limits);
  requirePorts(need, limits.ports);
  return tightPorts(need, limits.ports);
}

function requireDescriptors(need: Need, { descriptors, machineDescriptors }: Limits): void {
  const needed = descriptorsFor(need);
  const holds = `this scenario may hold ${need.sessionsAtOnce} sessions open at once and needs`;
  if (descriptors !== undefined && needed > descriptors) {
    throw lacking(
      `${holds} ${needed} file descriptors; the limit is ${descriptors}`,
      `Raise it with \`ulimit -n ${needed}\` before the run (as root where the hard limit is lower), or lower the actors' concurrency.`,
    );
  }
  // Both ends of a session are on this machine.
  const both = needed + need.sessionsAtOnce;
  if (machineDescriptors !== undefined && both > machineDescriptors) {
    throw lacking(
      `${holds} ${both} files on both its ends; the whole machine can open ${machineDescriptors} more`,
      `Raise fs.file-max with \`sysctl -w\`, or lower the actors' concurrency.`,
    );
  }
}

function requirePorts({ busiest, origin }: Need, ports: PortRange): void {
  const count = portCount(ports);
  if (busiest.atOnce <= count) return;
  throw lacking(
    `this scenario may hold ${busiest.atOnce} sessions open at once from ${FROM[origin]}, which has ${count} ports (${ports.first} to ${ports.last})`,
    `Widen them with \`${ports.mend}\`, or lower the actors' concurrency.`,
  );
}

/** How many clients hang up first is the scenario's and the target's affair: hence no error. */
function tightPorts({ busiest, origin }: Need, ports: PortRange): string[] {
  const count = portCount(ports);
  const { whileHeld, heldMs } = busiest;
  if (whileHeld <= count) return [];
  const more = origin === 'hosts' ? ', or give the world more sources' : ' or lower the rates';
  return [
    `${whileHeld} sessions within ${heldMs / 1000} s come from ${FROM[origin]}, which has ${count} ports, and a client that hangs up first keeps its port for so long. Should they run out, the run is inconclusive: widen them with \`${ports.mend}\`${more}.`,
  ];
}

const FROM: Readonly<Record<Origin, string>> = {
  hosts: 'its busiest client address',
  proxy: 'each of its addresses',
  one: 'one address',
};

function lacking(message: string, hint: string): UserError {
  return new UserError(message, { exitCode: EXIT.environment, hint });
}
