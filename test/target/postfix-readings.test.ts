// What /proc and ss say, read into numbers.
import { describe, expect, it } from 'vitest';
import { MemoryWatch } from '../../src/target/postfix/memory.ts';
import { cpuSeconds, parseStat, treeOf } from '../../src/target/postfix/processes.ts';
import { listenOverflows, parsePort } from '../../src/target/postfix/sockets.ts';
import { StressWatch } from '../../src/target/postfix/stress.ts';

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

  it('tells who is on a CPU', () => {
    expect(listed.map(({ running }) => running)).toEqual([false, false, false, false]);
    expect(parseStat(stat(7, 'smtpd', 5, '0 0 0 0').replace(' S ', ' R ')).running).toBe(true);
  });
});

describe('stress', () => {
  it('is on while one smtpd was started with it; each is asked once', () => {
    const asked: number[] = [];
    const watch = new StressWatch((pid) => {
      asked.push(pid);
      return pid === 2 ? ['smtpd', '-o', 'stress=yes'] : ['smtpd', '-o', 'stress='];
    });
    expect(watch.look([{ pid: 1 }])).toBe(false);
    expect(watch.look([{ pid: 1 }, { pid: 2 }])).toBe(true);
    expect(watch.look([{ pid: 1 }])).toBe(false);
    expect(asked).toEqual([1, 2]);
  });
});

describe('memory', () => {
  it('is that of all processes, new ones read at once and old ones in turn', () => {
    const asked: number[] = [];
    const sizes = new Map(Array.from({ length: 20 }, (_, i) => [i, 100]));
    const watch = new MemoryWatch((pid) => {
      asked.push(pid);
      return sizes.get(pid) ?? 0;
    });
    const tree = [...sizes.keys()].map((pid) => ({ pid }));
    expect(watch.look(tree)).toBe(2000);
    for (const pid of sizes.keys()) sizes.set(pid, 200);
    asked.length = 0;
    expect(watch.look(tree)).toBe(2200);
    for (let look = 1; look < 10; look += 1) watch.look(tree);
    expect(asked).toEqual([...sizes.keys()]);
    expect(watch.look([...tree.slice(0, 5), { pid: 99 }])).toBe(1000);
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
    expect(parsePort(text, '10.77.0.1')).toEqual({ acceptQueue: 3, backlog: 100, accepted: 1 });
    expect(parsePort('', '10.77.0.1')).toEqual({ acceptQueue: 0, backlog: 0, accepted: 0 });
  });

  it('finds the overflows by their name', () => {
    const netstat =
      'TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 1 22 333\nIpExt: A\nIpExt: 5\n';
    expect(listenOverflows(netstat)).toBe(22);
    expect(listenOverflows('TcpExt: A\nTcpExt: 4\n')).toBe(0);
  });
});
