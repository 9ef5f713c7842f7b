import { expect, test } from 'vitest';
import { hostAtAddress, sourceAddress } from '../../src/plan/source-address.ts';

const octets = (address = '') => address.split('.').map(Number);

test('an address of the laboratory tells its host', () => {
  const hosts = [0, 1, 2, 32_767, 32_768, 99_999, 130_000, 1_000_000];
  const told = hosts.map((host) => hostAtAddress(octets(sourceAddress('laboratory', host))));
  expect(told).toEqual(hosts);
});

test.each(['10.77.0.1', '10.127.1.2', '10.128.0.0', '10.128.0.1', '127.0.0.2', '192.0.2.1'])(
  '%s is no client’s address',
  (address) => {
    expect(hostAtAddress(octets(address))).toBeUndefined();
  },
);
