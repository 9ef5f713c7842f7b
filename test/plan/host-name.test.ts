import { describe, expect, test } from 'vitest';
import {
  hostName,
  hostOfDomain,
  mailDomain,
  NAMED_HOSTS,
  traitOf,
} from '../../src/plan/host-name.ts';

const HOSTS = Array.from({ length: 2000 }, (_, host) => hostName(11, host));

describe('host names', () => {
  test('stay under .example and look like mail servers', () => {
    for (const name of HOSTS) expect(name).toMatch(/^[a-z]+\d*\.[a-z]+\d*\.example$/);
  });

  test('are the same for the same host and seed', () => {
    expect(hostName(11, 77)).toBe(HOSTS[77]);
    expect(HOSTS.map((_, host) => hostName(12, host))).not.toEqual(HOSTS);
  });

  test('are distinct, and so are their domains, for as many hosts as a storm can have', () => {
    for (const seed of [1, 11]) {
      const names = Array.from({ length: 250_000 }, (_, host) => hostName(seed, host));
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(names.map(mailDomain)).size).toBe(names.length);
    }
  });

  test('share no order between seeds', () => {
    const same = HOSTS.filter((name, host) => mailDomain(name) === mailDomain(hostName(12, host)));
    expect(same.length).toBeLessThan(5);
  });

  test('have a number behind them only when the words are used up', () => {
    for (const name of HOSTS) expect(mailDomain(name)).toMatch(/^[a-z]+\.example$/);
    expect(mailDomain(hostName(11, 20_000))).toMatch(/^[a-z]+\d+\.example$/);
  });
});

describe('a domain', () => {
  test('tells its host, in every lap of the words', () => {
    const hosts = [0, 1, 77, 16_383, 16_384, 500_000, 1_000_000, NAMED_HOSTS - 1];
    for (const seed of [1, 11, 4_294_967_295]) {
      const told = hosts.map((host) => hostOfDomain(seed, mailDomain(hostName(seed, host))));
      expect(told).toEqual(hosts);
    }
  });

  test.each([
    'xman.test',
    'northwind.test',
    'northwind1.example',
    'northwind100.example',
    'northwind02.example',
    'mx1.northwind.example',
    'windnorth.example',
    'example',
  ])('%s is no host’s', (domain) => {
    expect(hostOfDomain(11, domain)).toBeUndefined();
  });
});

test('a trait belongs to a name for good and is spread evenly over names', () => {
  const names = [...new Set(HOSTS)];
  const traits = names.map(traitOf);
  expect(names.map(traitOf)).toEqual(traits);
  for (const share of [0.1, 0.25, 0.5, 0.9]) {
    const below = traits.filter((trait) => trait < share).length / names.length;
    expect(Math.abs(below - share)).toBeLessThan(0.04);
  }
});
