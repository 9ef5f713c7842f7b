// What takes a network or a file system of the test's own: that a refused target is sent no packet,
// and what a full disk does. Needs root.
import { describe, expect, it } from 'vitest';
import { lacks } from './cli/needs.ts';
import { Folder } from './cli/program.ts';
import { LONG, tinyScenario } from './cli/tiny-scenario.ts';

const folder = new Folder();

/** A network with a way out: every address but loopback leaves through `way`, to an end that is deaf. */
const OPEN_NETWORK = [
  'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6',
  'ip link set lo up',
  'ip link add way type veth peer name end',
  'ip link set end up',
  'ip link set way up',
  'ip address add 198.51.100.2/24 dev way',
  'ip neighbour add 198.51.100.1 lladdr 02:00:00:00:00:01 dev way nud permanent',
  'ip route add default via 198.51.100.1',
].join(' && ');
const SENT = `ip -s -j link show way | sed 's/.*"tx":{[^}]*"packets":\\([0-9]*\\).*/\\1/'`;
const CANARY = `bash -c ': > /dev/udp/192.0.2.1/9 && echo x > /dev/udp/192.0.2.1/9'`;

/** Prints the packets sent before and after the program, then after a datagram to the same address. */
function countPackets(hosts: string): string[] {
  const script = `${OPEN_NETWORK} && mount --bind ${hosts} /etc/hosts || exit 99
    echo "before $(${SENT})" >&2
    "$0" "$@"; code=$?
    echo "after $(${SENT})" >&2
    ${CANARY}
    echo "canary $(${SENT})" >&2
    exit $code`;
  return ['unshare', '--net', '--mount', 'sh', '-c', script];
}

const noNetwork = lacks('root', 'a network namespace with a way out', [
  ...['unshare', '--net', '--mount', 'sh', '-c', OPEN_NETWORK],
]);
describe.skipIf(noNetwork)('a target that is not ours', () => {
  it.each([
    ['by its address', '192.0.2.1:25'],
    ['by a name that resolves to it', 'mx.example:25'],
    ['by a name of which one address of two is loopback', 'both.example:25'],
    ['on the address that this machine has in its network', '198.51.100.2:25'],
  ])('given %s is refused before a packet is sent', async (_, target) => {
    const hosts = folder.file(
      'hosts',
      '127.0.0.1 localhost both.example\n192.0.2.1 mx.example both.example\n',
    );
    const path = folder.file('plain.yaml', tinyScenario());
    const args = ['run', path, '--target', target, '--out', folder.out()];
    const { exit, stderr } = await folder.run(args, { before: countPackets(hosts) });
    expect(stderr).toMatch(/refused: .*loopback/);
    expect(exit).toBe(4);
    const sent = (when: string) => Number(new RegExp(`^${when} (\\d+)$`, 'm').exec(stderr)?.[1]);
    expect(sent('after')).toBe(sent('before'));
    // The count does rise when something is sent.
    expect(sent('canary')).toBeGreaterThan(sent('after'));
  });
});

const noMount = lacks('root', 'a mount namespace with a tmpfs', [
  ...['unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'],
]);
describe.skipIf(noMount)('a disk', () => {
  const inTmpfs = (size: string, meanwhile: string) => [
    ...['unshare', '--mount', 'sh', '-c'],
    `mkdir disk && mount -t tmpfs -o size=${size} tmpfs disk || exit 99
    ${meanwhile}
    "$0" "$@"; code=$?
    rm -f disk/rest; ls disk >&2; umount disk; rmdir disk; exit $code`,
  ];

  it('with too little room is refused before the run', async () => {
    const path = folder.file('tiny.yaml', tinyScenario());
    const args = ['run', path, '--out', 'disk'];
    const { exit, stdout, stderr } = await folder.run(args, { before: inTmpfs('500k', '') });
    expect(stderr).toMatch(/may take \d.* MB and only 0\.\d MB are free in disk\n {2}.*--out/);
    expect(exit).toBe(3);
    expect(stdout).toBe('');
  });

  it('that fills up in mid-run ends it with one clear line, and no half-written file stays', async () => {
    const path = folder.file('long.yaml', tinyScenario({ phases: LONG }));
    const fill = `(until [ -s disk/result.json ]; do sleep 0.1; done; cat /dev/zero > disk/rest) 2>/dev/null &`;
    const args = ['run', path, '--out', 'disk'];
    const { exit, stdout, stderr } = await folder.run(args, { before: inTmpfs('8m', fill) });
    expect(stderr).toMatch(
      /cannot write .*disk\/result\.json: ENOSPC.*\n {2}The disk is full: .*--out/,
    );
    expect(exit).toBe(3);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr).not.toContain('.partial\n');
    expect(stdout).toBe('');
  });
});
