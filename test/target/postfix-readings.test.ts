// What /proc and ss say, read into numbers.
import { describe, expect, it } from 'vitest';
import { cpuSeconds, parseStat, treeOf } from '../../src/target/postfix/processes.ts';
import { listenOverflows, parsePort } from '../../src/target/postfix/sockets.ts';

const stat = (pid: number, name: string, parent: number, times: string) =>
  `${pid} (${name}) S ${parent} 9 9 0 -1 4194624 1 2 3 4 ${times} 20 0 1 0 12345 9999 88`;

describe('process readings', () => {
  const listed = [
    stat(7, 'smtpd) S 1 (x', 5, '30 20 0 0'),
    stat(5, 'master', 1, '10 5 200 100'),
    stat(8, 'cleanup', 7, '0 1 0 0'),
    stat(9, 'node', 1, '900 900 900 900'),
  ].map(parseStat);

  it('finds the tree whatever the order and the names, reaped children included', () => {
    const tree = treeOf(5, listed);
    expect(tree.map(({ pid }) => pid)).toEqual([7, 5, 8]);
    expect(tree[0]?.name).toBe('smtpd) S 1 (x');
    expect(cpuSeconds(tree)).toBeCloseTo(3.66);
  });
});

describe('socket readings', () => {
  it('takes the queued from the established', () => {
    const text = `LISTEN     3      100        10.77.0.1:25         0.0.0.0:*
ESTAB      0      0          10.77.0.1:25      198.18.1.1:40001
ESTAB      0      0          10.77.0.1:25      198.18.1.2:40001
ESTAB      0      0          10.77.0.1:25      198.18.1.3:40001
CLOSE-WAIT 1      0          10.77.0.1:25      198.18.1.4:40001
`;
    expect(parsePort(text)).toEqual({ acceptQueue: 3, backlog: 100, accepted: 1 });
    expect(parsePort('')).toEqual({ acceptQueue: 0, backlog: 0, accepted: 0 });
  });

  it('finds the overflows by their name', () => {
    const netstat =
      'TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 1 22 333\nIpExt: A\nIpExt: 5\n';
    expect(listenOverflows(netstat)).toBe(22);
    expect(listenOverflows('TcpExt: A\nTcpExt: 4\n')).toBe(0);
  });
});
