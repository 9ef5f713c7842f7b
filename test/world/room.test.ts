// Which file systems a room takes over: the lines of /proc/self/mountinfo.
import { expect, it } from 'vitest';
import { parseMounts } from '../../src/world/room.ts';

it('reads mount points and types, with optional fields and blanks in names', () => {
  const text = `22 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/root rw
23 22 0:21 / /proc rw - proc proc rw
30 22 0:30 / /mnt/a\\040b\\134c rw - xfs /dev/sdb rw
`;
  expect(parseMounts(text)).toEqual([
    { at: '/', type: 'ext4' },
    { at: '/proc', type: 'proc' },
    { at: '/mnt/a b\\c', type: 'xfs' },
  ]);
});
