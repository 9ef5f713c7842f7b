// This machine's limits as its kernel tells them; limits.ts holds a plan against them.
import { readFileSync } from 'node:fs';
import type { Network } from '../../plan/source-address.ts';
import { descriptorLimit } from '../../world/descriptors.ts';
import { LABORATORY_PORTS } from '../../world/laboratory-setup.ts';
import type { Limits, PortRange } from './limits.ts';

/** TCP_TIMEWAIT_LEN of the kernel, not to be changed. Measured: 50 ports come free again after 61 s. */
const TIME_WAIT_MS = 60_000;
/** tcp_tw_reuse_delay's default: measured as 50 sessions a second from 50 ports. */
const REUSE_MS = 1000;

export function readLimits(network: Network): Limits {
  return {
    descriptors: descriptorLimit(),
    machineDescriptors: machineDescriptors(),
    ports: process.platform === 'linux' ? linuxPorts(network) : DARWIN_PORTS,
  };
}

/** /proc/sys/fs/file-nr: open, unused, most. */
function machineDescriptors(): number | undefined {
  const [open = 0, , most] = numbers('fs/file-nr');
  return most === undefined ? undefined : most - open;
}

/**
 * A socket that is bound to an address gets its port at bind(), where one in TIME_WAIT is never given
 * again (Node cannot ask for IP_BIND_ADDRESS_NO_PORT). An unbound one gets it at connect(), which takes
 * over what has waited for a second: with tcp_tw_reuse 2, the default, between addresses of 127/8 and ::1
 * only, and all unbound connections here are such. Which side keeps the port: the one that hangs up
 * first; a server's TIME_WAIT does not keep its client from using the port again.
 */
function linuxPorts(network: Network): PortRange {
  const own = numbers('net/ipv4/ip_local_port_range');
  const [first = 32_768, last = 60_999] = network === 'laboratory' ? LABORATORY_PORTS : own;
  const [reuse = 0] = numbers('net/ipv4/tcp_tw_reuse');
  return {
    first,
    last,
    reserved: network === 'laboratory' ? 0 : reservedWithin(first, last),
    mend: 'sysctl -w net.ipv4.ip_local_port_range="10240 65535"',
    heldMs: { bound: TIME_WAIT_MS, unbound: reuse > 0 ? REUSE_MS : TIME_WAIT_MS },
  };
}

/** Not measured: the defaults of net.inet.ip.portrange.first and .last, and twice net.inet.tcp.msl. */
const DARWIN_PORTS: PortRange = {
  first: 49_152,
  last: 65_535,
  reserved: 0,
  mend: 'sysctl -w net.inet.ip.portrange.first=10240',
  heldMs: { bound: 30_000, unbound: 30_000 },
};

function reservedWithin(first: number, last: number): number {
  return countWithin(readSetting('net/ipv4/ip_local_reserved_ports'), first, last);
}

/** Of a list like `8080,50000-50009` those within the range. */
export function countWithin(list: string, first: number, last: number): number {
  return list
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Math.max(0, Math.min(to, last) - Math.max(from, first) + 1);
    })
    .reduce((sum, n) => sum + n, 0);
}

function numbers(name: string): number[] {
  return readSetting(name).split(/\s+/).filter(Boolean).map(Number);
}

/** Empty where there is no such setting. */
function readSetting(name: string): string {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return '';
  }
}
