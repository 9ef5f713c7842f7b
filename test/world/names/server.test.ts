// The name server in its thread, on a port of this machine's loopback: asked by Node's own resolver, which
// is another implementation than the server's.
import { Resolver } from 'node:dns/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_DNS, type WorldDns } from '../../../src/scenario/scenario.ts';
import { type Names, startNames } from '../../../src/world/names/server.ts';

const HOST = '127.0.0.1';
const LONG_LABEL = 'a'.repeat(60);
/** Its answer's two names need more than 512 octets. */
const LONG = `${[LONG_LABEL, LONG_LABEL, LONG_LABEL, LONG_LABEL.slice(7)].join('.')}.com`;

let names: Names | undefined;

async function start(dns: Partial<WorldDns> = {}): Promise<Resolver> {
  const facts = { seed: 7, domain: 'target.test', senders: 10, bots: [], providers: [] };
  names = await startNames({ ...facts, dns: { ...DEFAULT_DNS, ...dns } }, { host: HOST, port: 0 });
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`${HOST}:${names.port}`]);
  return resolver;
}

afterEach(async () => {
  await names?.stop();
  names = undefined;
});

describe('the name server', () => {
  it('answers, and counts the questions by type', async () => {
    const resolver = await start();
    expect(await resolver.resolveMx('target.test')).toEqual([
      { exchange: 'mx.target.test', priority: 10 },
    ]);
    expect(await resolver.resolve4('mx.target.test')).toEqual(['10.77.0.1']);
    expect(await resolver.resolveTxt('target.test')).toEqual([['v=spf1 mx -all']]);
    expect(await resolver.reverse('10.77.0.1')).toEqual(['mx.target.test']);
    expect(await resolver.resolve4('2.0.0.127.dnsbl.test')).toEqual(['127.0.0.2']);
    await expect(resolver.resolve4('nobody.invalid')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolve6('target.test')).rejects.toMatchObject({ code: 'ENODATA' });
    expect(names?.counts()).toEqual({
      ...{ a: 2, aaaa: 1, mx: 1, txt: 1, ptr: 1, dnsbl: 1, other: 0 },
      ...{ servfail: 0, silence: 0 },
    });
  });

  it('is asked again over TCP where an answer is too long', async () => {
    const resolver = await start();
    expect(await resolver.resolveMx(LONG)).toEqual([{ exchange: 'sink.test', priority: 10 }]);
    // Once over each.
    expect(names?.counts().mx).toBe(2);
  });

  it.each<[string, Partial<WorldDns>, string]>([
    ['fails', { servfail: 1 }, 'ESERVFAIL'],
    ['is silent', { silence: 1 }, 'ETIMEOUT'],
  ])('%s where the world says so', async (_what, dns, code) => {
    const resolver = await start(dns);
    await expect(resolver.resolve4('elsewhere.test')).rejects.toMatchObject({ code });
    expect(await resolver.resolve4('target.test')).toEqual(['10.77.0.1']);
    expect(names?.counts()).toMatchObject({
      a: 2,
      ...(dns.servfail ? { servfail: 1 } : { silence: 1 }),
    });
  });

  it('answers late where the world says so, and ends with answers still to give', async () => {
    const resolver = await start({ delayMs: 60_000 });
    await expect(resolver.resolve4('target.test')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    expect(names?.counts()).toMatchObject({ a: 1, silence: 0 });
    await names?.stop();
    names = undefined;
    const later = await start({ delayMs: 10 });
    expect(await later.resolve4('target.test')).toEqual(['10.77.0.1']);
  });

  it('on an address that is not admitted is refused by the guard', async () => {
    const facts = { seed: 7, domain: 'target.test', senders: 10, bots: [], providers: [] };
    const far = startNames({ ...facts, dns: DEFAULT_DNS }, { host: '192.0.2.1', port: 0 });
    await expect(far).rejects.toMatchObject({ name: 'UserError', exitCode: 4 });
  });

  it('cannot start where another one is', async () => {
    await start();
    const facts = { seed: 7, domain: 'target.test', senders: 10, bots: [], providers: [] };
    const second = startNames(
      { ...facts, dns: DEFAULT_DNS },
      { host: HOST, port: names?.port ?? 0 },
    );
    await expect(second).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('cannot listen'),
    });
  });
});
