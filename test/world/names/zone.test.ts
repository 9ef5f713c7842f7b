// The simulated internet's names, by table; and that every name which the senders use has its records.
import { describe, expect, it } from 'vitest';
import { hostName, mailDomain } from '../../../src/plan/host-name.ts';
import { sourceAddress } from '../../../src/plan/source-address.ts';
import { DEFAULT_DNS } from '../../../src/scenario/scenario.ts';
import type { ZoneFacts } from '../../../src/world/names/facts.ts';
import { makeFaults } from '../../../src/world/names/faults.ts';
import type { Records } from '../../../src/world/names/records.ts';
import { makeZone } from '../../../src/world/names/zone.ts';

const FACTS: ZoneFacts = {
  seed: 7,
  domain: 'target.test',
  senders: 3000,
  bots: [{ first: 1000, count: 2000 }],
  providers: [{ first: 0, count: 10 }],
  dns: DEFAULT_DNS,
};
const zone = makeZone(FACTS);

const SINK = '10.77.0.2';
const nameOf = (host: number) => hostName(FACTS.seed, host);
const domainOf = (host: number) => mailDomain(nameOf(host));
const addressOf = (host: number) => sourceAddress('laboratory', host) ?? '';
const reversed = (address: string) => address.split('.').reverse().join('.');
const hosts = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

describe('a simulated host', () => {
  it('has an address, mail that the sink takes, and a policy that names the address', () => {
    const policy = `v=spf1 ip4:${addressOf(20)} mx -all`;
    const inbound = `inbound.${domainOf(20)}`;
    expect(zone(nameOf(20))).toEqual({ a: addressOf(20), mx: inbound, txt: policy });
    expect(zone(domainOf(20))).toEqual({ a: SINK, mx: inbound, txt: policy });
    expect(zone(inbound)).toEqual({ a: SINK });
    expect(zone(`other.${domainOf(20)}`)).toBeUndefined();
  });

  it('of a provider names the other machines in its policy, and fits into one string', () => {
    const { txt = '' } = zone(domainOf(3)) ?? {};
    const machines = txt.match(/ip4:10\.\d+\.\d+\.\d+/g) ?? [];
    const own = hosts(10).map((host) => `ip4:${addressOf(host)}`);
    expect(machines[0]).toBe(`ip4:${addressOf(3)}`);
    expect(machines).toHaveLength(8);
    expect(own).toEqual(expect.arrayContaining(machines));
    expect(txt.length).toBeLessThan(256);
  });

  it('has as a rule an address whose name has that address; a few have none, a few a name of nobody', () => {
    const seen = { both: 0, nameless: 0, misnamed: 0 };
    for (const host of hosts(2000)) {
      const { ptr } = zone(`${reversed(addressOf(host))}.in-addr.arpa`) ?? {};
      if (ptr === undefined) seen.nameless += 1;
      else if (zone(ptr)?.a === addressOf(host)) seen.both += 1;
      else {
        expect(zone(ptr)).toBeUndefined();
        seen.misnamed += 1;
      }
    }
    expect(seen.both / 2000).toBeCloseTo(0.95, 1);
    for (const few of [seen.nameless, seen.misnamed]) {
      expect(few).toBeGreaterThan(20);
      expect(few).toBeLessThan(100);
    }
  });

  it('that is only ever forged may have no domain, or one without mail', () => {
    const found = hosts(2000, 500_000).map((host) => zone(domainOf(host)));
    const share = (is: (records: Records | undefined) => boolean) => found.filter(is).length / 2000;
    expect(Math.abs(share((records) => records === undefined) - 0.05)).toBeLessThan(0.02);
    expect(Math.abs(share((records) => records?.mx === '.') - 0.02)).toBeLessThan(0.01);
    const senders = hosts(3000).map((host) => zone(domainOf(host))?.mx);
    expect(senders).not.toContain(undefined);
    expect(senders).not.toContain('.');
  });
});

describe('the name', () => {
  const mx = 'mx.target.test';
  it.each<[string, Records | undefined]>([
    ['target.test', { a: '10.77.0.1', mx, txt: 'v=spf1 mx -all' }],
    [mx, { a: '10.77.0.1', txt: 'v=spf1 a -all' }],
    ['behind.target.test', { a: '10.77.0.3', txt: 'v=spf1 a -all' }],
    ['3.0.77.10.in-addr.arpa', { ptr: 'behind.target.test' }],
    ['_dmarc.target.test', undefined],
    ['1.0.77.10.in-addr.arpa', { ptr: mx }],
    ['2.0.77.10.in-addr.arpa', { ptr: 'sink.test' }],
    ['sink.test', { a: SINK }],
    ['elsewhere.test', { a: SINK, mx: 'sink.test' }],
    ['mail.elsewhere.example', { a: SINK, mx: 'sink.test' }],
    ['mail.com', { a: SINK, mx: 'sink.test' }],
    ['_25._tcp.mail.com', undefined],
    ['anything.invalid', undefined],
    ['localhost', undefined],
    ['pc-ab12', undefined],
    ['192.0.2.1', undefined],
    ['9.8.7.6.in-addr.arpa', undefined],
    ['northwind.example.dbl.lists.com', undefined],
    ['', undefined],
    ['.', undefined],
  ])('%j has the records %j', (name, records) => {
    expect(zone(name)).toEqual(records);
  });
});

describe('a block list', () => {
  const listed = (host: number, list = 'dnsbl.test', facts = FACTS) =>
    makeZone(facts)(`${reversed(addressOf(host))}.${list}`);

  it('has no sender but bots, and of these the share of the sessions that is asked for', () => {
    expect(hosts(1000).filter((host) => zone(`${reversed(addressOf(host))}.dnsbl.test`))).toEqual(
      [],
    );
    let sessions = 0;
    let all = 0;
    for (const rank of hosts(2000)) {
      const weight = 1 / (rank + 1);
      all += weight;
      if (zone(`${reversed(addressOf(1000 + rank))}.dnsbl.test`)) sessions += weight;
    }
    expect(Math.abs(sessions / all - 0.8)).toBeLessThan(0.02);
  });

  it.each([
    [0, 0],
    [1, 50],
  ])('with a share of %d has %d of 50 bots', (dnsbl, count) => {
    const facts = { ...FACTS, dns: { ...DEFAULT_DNS, dnsbl } };
    expect(hosts(50, 1000).filter((host) => listed(host, 'dnsbl.test', facts))).toHaveLength(count);
  });

  const bot = hosts(2000, 1000).find((host) => listed(host)) ?? 0;
  it.each(['dnsbl.test', 'zen.spamhaus.org', 'b.barracudacentral.org'])(
    'answers alike whatever its name is: %s',
    (list) => {
      expect(listed(bot, list)).toEqual({ a: '127.0.0.2', txt: `${addressOf(bot)} sends spam` });
    },
  );

  it.each(['list.dnswl.org', 'swl.spamhaus.org', 'wl.mailspike.net', 'white.uribl.com'])(
    'of the good ones has no bot: %s',
    (list) => {
      expect(listed(bot, list)).toBeUndefined();
    },
  );

  it('has its test entry and not this machine', () => {
    expect(zone('2.0.0.127.dnsbl.test')).toMatchObject({ a: '127.0.0.2' });
    expect(zone('1.0.0.127.dnsbl.test')).toBeUndefined();
    expect(zone('1.0.77.10.dnsbl.test')).toBeUndefined();
  });
});

describe('a broken name server', () => {
  const dns = { ...DEFAULT_DNS, servfail: 0.3, silence: 0.2 };
  const faultOf = makeFaults({ ...FACTS, dns });
  const faults = hosts(2000).map((host) => faultOf(nameOf(host)));

  it('answers shares of the names by SERVFAIL and by silence, the same names every time', () => {
    for (const [fault, share] of [
      ['servfail', 0.3],
      ['silence', 0.2],
    ]) {
      expect(faults.filter((found) => found === fault).length / 2000).toBeCloseTo(Number(share), 1);
    }
    expect(hosts(2000).map((host) => faultOf(nameOf(host)))).toEqual(faults);
  });

  it('spares the names without which nothing works', () => {
    const all = makeFaults({ ...FACTS, dns: { ...dns, servfail: 1 } });
    const spared = ['target.test', 'mx.target.test', 'sink.test', '1.0.77.10.in-addr.arpa'];
    expect(spared.map(all)).toEqual(spared.map(() => undefined));
    expect(all('sometarget.test')).toBe('servfail');
  });

  it('that is not broken answers all', () => {
    expect(hosts(200).some((host) => makeFaults(FACTS)(nameOf(host)))).toBe(false);
  });
});
