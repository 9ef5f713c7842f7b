import { describe, expect, it } from 'vitest';
import { targetFor } from '../../src/target/registry.ts';

const external = (host: string) =>
  targetFor({ kind: 'external', address: { host, port: 2525 }, client: 'address', tuning: {} });

describe('an external target', () => {
  it('refuses every setting that is set', () => {
    const refusals = external('127.0.0.1').refusals({ workers: 2, greylist: 'off' });
    expect(refusals.map(({ setting }) => setting)).toEqual(['workers', 'greylist']);
    expect(external('127.0.0.1').refusals({})).toEqual([]);
    // It changes what comes to the server, not the server.
    expect(external('127.0.0.1').refusals({ spfRecord: 'off' })).toEqual([]);
  });

  it('is not started, and has nothing to tell', async () => {
    const target = await external('127.0.0.1').start({
      tuning: {},
      domain: 'xman.test',
      victim: 'jslopez@xman.test',
      recipients: [],
      compress: 1,
      client: 'address',
      sink: { host: '127.0.0.1', port: 1 },
    });
    expect(target.address).toEqual({ host: '127.0.0.1', port: 2525 });
    expect(await target.sample()).toEqual({});
    expect(await target.stop()).toEqual({ warnings: [] });
  });

  it('elsewhere is refused by the guard', async () => {
    const start = external('192.0.2.1').start({
      tuning: {},
      domain: 'xman.test',
      victim: 'jslopez@xman.test',
      recipients: [],
      compress: 1,
      client: 'address',
      sink: { host: '127.0.0.1', port: 1 },
    });
    await expect(start).rejects.toMatchObject({ name: 'UserError', exitCode: 4 });
  });
});

describe('the registry', () => {
  it('finds the target that a scenario chose', () => {
    expect(targetFor({ kind: 'embedded', client: 'address', tuning: {} }).kind).toBe('embedded');
    expect(targetFor({ kind: 'postfix', client: 'address', tuning: {} }).kind).toBe('postfix');
    expect(external('127.0.0.1').kind).toBe('external');
    expect(() => targetFor({ kind: 'external', client: 'address', tuning: {} })).toThrow(
      /without an address/,
    );
  });
});
