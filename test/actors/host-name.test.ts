import { describe, expect, test } from 'vitest';
import { bouncingRecipient, hostName, mailDomain, traitOf } from '../../src/actors/host-name.ts';
import { bareDate, compactDate, mailDate, UTC } from '../../src/actors/mail-date.ts';
import { randomStream } from '../../src/plan/random.ts';

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

test('a trait belongs to a name for good and is spread evenly over names', () => {
  const names = [...new Set(HOSTS)];
  const traits = names.map(traitOf);
  expect(names.map(traitOf)).toEqual(traits);
  for (const share of [0.1, 0.25, 0.5, 0.9]) {
    const below = traits.filter((trait) => trait < share).length / names.length;
    expect(Math.abs(below - share)).toBeLessThan(0.04);
  }
});

test('a failed recipient belongs to the domain of the host that bounces', () => {
  const random = randomStream(1, 2);
  const found = Array.from({ length: 200 }, () =>
    bouncingRecipient('mx1.northwind.example', random),
  );
  for (const address of found) expect(address).toMatch(/^[a-z]+[._]?[a-z]*\d*@northwind\.example$/);
  expect(new Set(found).size).toBeGreaterThan(80);
  expect(mailDomain('mx1.northwind.example')).toBe('northwind.example');
});

describe('dates', () => {
  const date = new Date('2008-02-29T23:30:05Z');

  test.each([
    ['UTC', UTC, 'Fri, 29 Feb 2008 23:30:05 +0000'],
    ['east of it', { minutes: 60, name: 'CET' }, 'Sat, 1 Mar 2008 00:30:05 +0100'],
    ['west of it', { minutes: -300, name: 'EST' }, 'Fri, 29 Feb 2008 18:30:05 -0500'],
    ['off the hour', { minutes: -210, name: 'NST' }, 'Fri, 29 Feb 2008 20:00:05 -0330'],
  ])('are written for the zone: %s', (_, zone, written) => {
    expect(mailDate(date, zone)).toBe(written);
    expect(new Date(written).getTime()).toBe(date.getTime());
  });

  test('have qmail’s and postfix’ short forms', () => {
    expect(bareDate(date)).toBe('29 Feb 2008 23:30:05 -0000');
    expect(compactDate(date)).toBe('20080229233005');
  });
});
