// What a plan needs of the machine against what there is, each limit from both sides.
import { describe, expect, it } from 'vitest';
import {
  connectionNetwork,
  descriptorsFor,
  type Limits,
  type Need,
  needOf,
  portCount,
  requireLimits,
  sessionsPerSecond,
} from '../../../src/commands/run/limits.ts';
import { countWithin, readLimits } from '../../../src/commands/run/read-limits.ts';
import { tallyPlan } from '../../../src/plan/digest.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import type { Network } from '../../../src/plan/source-address.ts';
import { builtInNames } from '../../../src/scenario/library.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { ClientChoice, Scenario } from '../../../src/scenario/scenario.ts';
import { type Changes, smallScenario } from '../../plan/small-scenario.ts';

const MEND = 'sysctl -w net.ipv4.ip_local_port_range="10240 65535"';

function limitsOf({ descriptors = 20_000, machine = 1_000_000, ports = 28_232 } = {}): Limits {
  return {
    descriptors,
    machineDescriptors: machine,
    ports: {
      ...{ first: 32_768, last: 32_767 + ports, reserved: 0, mend: MEND },
      heldMs: { bound: 60_000, unbound: 1000 },
    },
  };
}

function needFor(
  scenario: Scenario,
  network: Network,
  client: ClientChoice = 'address',
  limits = limitsOf(),
): Need {
  const plan = makePlan(scenario);
  return needOf(plan, tallyPlan(plan), { network, client }, limits, 1);
}

function smallNeed(changes: Changes, network: Network, client?: ClientChoice, ports = 10): Need {
  const phases = { warmupMs: 0, calmMs: 0, stormMs: 4000, recoveryMs: 0 };
  const scenario = smallScenario({ legitPerSecond: 0.001, ...changes, phases });
  return needFor(scenario, network, client, limitsOf({ ports }));
}

const NEED: Need = {
  sessionsAtOnce: 100,
  workers: 1,
  origin: 'one',
  busiest: { atOnce: 100, whileHeld: 100, heldMs: 1000 },
};

describe('before a run', () => {
  it('as many descriptors are needed as sessions, program and workers may hold', () => {
    expect(descriptorsFor(NEED)).toBe(204);
    expect(descriptorsFor({ ...NEED, workers: 4 })).toBe(228);
  });

  it.each([
    ['as many descriptors as needed', { descriptors: 204 }, undefined],
    ['one too few', { descriptors: 203 }, /needs 204 file descriptors; the limit is 203/],
    ['as many on the whole machine', { machine: 304 }, undefined],
    ['one too few there', { machine: 303 }, /304 files on both its ends; .* open 303 more/],
    ['as many ports as sessions', { ports: 100 }, undefined],
    ['one too few', { ports: 99 }, /100 sessions open at once from one address, .* 99 ports/],
  ])('a machine with %s: %#', (_, limits, message) => {
    const check = () => requireLimits(NEED, limitsOf(limits));
    if (message === undefined) expect(check()).toEqual([]);
    else {
      expect(check).toThrow(message);
      expect(check).toThrow(expect.objectContaining({ exitCode: 3, name: 'UserError' }));
    }
  });

  it.each([
    ['descriptors', { descriptors: 203 }, '`ulimit -n 204`'],
    ['ports', { ports: 99 }, `\`${MEND}\``],
  ])('a lack of %s names the command that mends it', (_, limits, command) => {
    expect(() => requireLimits(NEED, limitsOf(limits))).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(command) }),
    );
  });

  it('ports that stay taken too long are a warning only: not every client hangs up first', () => {
    const busy = (whileHeld: number) =>
      requireLimits({ ...NEED, busiest: { ...NEED.busiest, whileHeld } }, limitsOf({ ports: 150 }));
    expect(busy(150)).toEqual([]);
    expect(busy(151)).toEqual([
      expect.stringMatching(/^151 sessions within 1 s come from one address, which has 150 ports/),
    ]);
  });

  it('a machine without limits, or one that does not tell them, is left alone', () => {
    const unknown = { ...limitsOf(), descriptors: undefined, machineDescriptors: undefined };
    expect(requireLimits({ ...NEED, sessionsAtOnce: 1e9 }, unknown)).toEqual([]);
  });
});

describe('the need of a plan', () => {
  it('is that of all sessions where one address has them all, within the time that a port stays taken', () => {
    // 50 bouncers a second and one message, and a port is free again after a second.
    const { busiest, origin, sessionsAtOnce } = smallNeed({}, 'single');
    expect(origin).toBe('one');
    expect(busiest).toEqual({ atOnce: sessionsAtOnce, whileHeld: 51, heldMs: 1000 });
  });

  it('is that of the busiest host where each has its own address', () => {
    const { busiest, origin } = smallNeed({}, 'loopback');
    expect(origin).toBe('hosts');
    // Zipf over 1,000 hosts: the first has 13 % of 200 sessions.
    expect(busiest.whileHeld).toBeGreaterThan(15);
    expect(busiest.whileHeld).toBeLessThan(50);
    expect(busiest.atOnce).toBe(20);
  });

  it('is all of them where there is one host', () => {
    expect(smallNeed({ sources: 1 }, 'loopback').busiest.whileHeld).toBe(200);
  });

  it('is spread evenly where the clients are told', () => {
    const { busiest, origin } = smallNeed({ bouncersPerSecond: 1280 }, 'loopback', 'xclient');
    expect(origin).toBe('proxy');
    // 5,121 sessions from 256 addresses.
    expect(busiest).toMatchObject({ whileHeld: 21, atOnce: 4 });
  });

  it.each<[string, Parameters<typeof connectionNetwork>, Network]>([
    ['an IPv6 target', ['loopback', { kind: 'embedded', client: 'address' }, '::1'], 'single'],
    [
      'a server of somebody else that is told its clients',
      ['loopback', { kind: 'external', client: 'xclient' }, '127.0.0.1'],
      'single',
    ],
    [
      'a server of somebody else that is not',
      ['loopback', { kind: 'external', client: 'address' }, '127.0.0.1'],
      'loopback',
    ],
    [
      'a target of ours that is told',
      ['laboratory', { kind: 'postfix', client: 'proxy-v2' }, '10.77.0.1'],
      'laboratory',
    ],
  ])('for %s depends on where connections can come from', (_, given, network) => {
    expect(connectionNetwork(...given)).toBe(network);
  });
});

describe.each(builtInNames())('the scenario %s', (name) => {
  const ways: [Network, ClientChoice][] = [
    ['loopback', 'address'],
    ['loopback', 'xclient'],
    ['laboratory', 'address'],
    ['single', 'address'],
  ];
  it.each(ways)('raises no alarm on an ordinary machine (%s, %s)', (network, client) => {
    // Debian's hard limit is 1,048,576; of containers and CI machines 20,000 and more.
    const limits = limitsOf();
    expect(requireLimits(needFor(loadScenario(name), network, client, limits), limits)).toEqual([]);
  });
});

describe("this machine's limits", () => {
  it.each([
    ['', 0],
    ['8080', 0],
    ['40000', 1],
    ['8080,40000-40009,40020', 11],
    ['1-65535', 101],
  ])('of the reserved ports "%s" %d lie within the range', (list, count) => {
    expect(countWithin(list, 40_000, 40_100)).toBe(count);
  });

  it('are read, the laboratory having its own ports', () => {
    const { ports, descriptors } = readLimits('loopback');
    expect(portCount(ports)).toBeGreaterThan(0);
    expect(descriptors).toBeGreaterThan(0);
    if (process.platform === 'linux')
      expect(portCount(readLimits('laboratory').ports)).toBe(55_296);
  });

  it('give one address so many sessions a second', () => {
    const { ports } = limitsOf();
    expect(sessionsPerSecond(ports, 'unbound')).toBe(28_232);
    expect(Math.floor(sessionsPerSecond(ports, 'bound'))).toBe(470);
  });
});
