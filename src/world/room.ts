// A room in the laboratory: the machine's whole file system as it is, where everything that is written
// goes to memory (an overlay). A mail server in it finds its files where it expects them, and neither its
// mail nor its scripts' work reaches the machine's. Unix sockets of the machine's services are cut off,
// since an overlay's sockets are others, and so are those of /run, /dev and every other tmpfs.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXIT, UserError } from '../errors.ts';
import { type Program, programPath } from './programs.ts';

const CHROOT: Program = { name: 'chroot', debianPackage: 'coreutils' };
const UMOUNT: Program = { name: 'umount', debianPackage: 'mount' };
const SHELL: Program = { name: 'sh', debianPackage: 'dash' };
export const ROOM_PROGRAMS: readonly Program[] = [CHROOT, UMOUNT];

/** They hold no files of the machine's, or files that are not for a guest. */
const NO_DISKS = new Set(
  `autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs mqueue
  nsfs proc pstore ramfs rpc_pipefs securityfs selinuxfs sysfs tmpfs tracefs`.split(/\s+/),
);
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'];
/** The laboratory's own answers (laboratory-setup.ts): an overlay does not follow what is mounted on its files. */
const NAME_LOOKUPS = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'];

export interface Room {
  /** Program and arguments that run a program inside. */
  command(program: string, args: readonly string[]): readonly [string, readonly string[]];
  close(): Promise<void>;
}

/**
 * @param directory made on a tmpfs, for what is written
 * @param binds directories of the laboratory's and where they are to be found inside
 */
export async function openRoom(
  directory: string,
  binds: Readonly<Record<string, string>>,
): Promise<Room> {
  const root = join(directory, 'root');
  for (const name of ['upper', 'work', 'root']) {
    mkdirSync(join(directory, name), { recursive: true });
  }
  // Asked before the room is one of them.
  const others = disks();
  mount([overlay('/', '0', directory)]);
  try {
    copyNameLookups(root);
    mount([...others.map((disk, i) => overlay(disk, `${i + 1}`, directory)), ...devices(root)]);
    for (const at of Object.values(binds)) mkdirSync(join(root, at), { recursive: true });
    mount(Object.entries(binds).map(([from, at]) => ['--bind', from, join(root, at)]));
  } catch (error) {
    await close(root, directory);
    throw error;
  }
  return {
    command: (program, args) => [programPath(CHROOT), [root, program, ...args]],
    close: () => close(root, directory),
  };
}

function copyNameLookups(root: string): void {
  for (const file of NAME_LOOKUPS) {
    if (!existsSync(file)) continue;
    const text = readFileSync(file);
    // Often a link into /run, which is empty here.
    rmSync(join(root, file), { force: true });
    writeFileSync(join(root, file), text);
  }
}

/** Before anything is deleted: what is mounted is not ours to delete. */
async function close(root: string, directory: string): Promise<void> {
  // Lazily: a process that does not end is no reason to keep the mounts of the others.
  await promisify(execFile)(programPath(UMOUNT), ['--recursive', '--lazy', root]);
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
}

function overlay(lower: string, name: string, directory: string): string[] {
  const [upper, work] = ['upper', 'work'].map((kind) => join(directory, kind, name));
  for (const path of [upper, work]) mkdirSync(path ?? '');
  const escaped = lower.replaceAll(/[\\:,]/g, String.raw`\$&`);
  const options = `lowerdir=${escaped},upperdir=${upper},workdir=${work}`;
  return ['-t', 'overlay', '-o', options, 'overlay', join(directory, 'root', lower)];
}

function devices(root: string): string[][] {
  const dev = join(root, 'dev');
  mount([['-t', 'tmpfs', '-o', 'mode=755', 'blowback', dev]]);
  for (const name of DEVICES) writeFileSync(join(dev, name), '');
  return [
    ['--bind', '/proc', join(root, 'proc')],
    ...DEVICES.map((name) => ['--bind', `/dev/${name}`, join(dev, name)]),
  ];
}

/** Other file systems of the machine, such as a /usr or /home of its own. */
function disks(): string[] {
  return parseMounts(readFileSync('/proc/self/mountinfo', 'utf8'))
    .filter(({ at, type }) => at !== '/' && !NO_DISKS.has(type))
    .map(({ at }) => at)
    .filter((at) => statSync(at, { throwIfNoEntry: false })?.isDirectory());
}

/** Of /proc/self/mountinfo, proc(5): the mount point is the fifth field, the type follows a lone hyphen. */
export function parseMounts(text: string): { readonly at: string; readonly type: string }[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [left = '', right = ''] = line.split(' - ', 2);
      const at = (left.split(' ')[4] ?? '').replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      );
      return { at, type: right.split(' ')[0] ?? '' };
    });
}

/** One shell for all of them: each program that is started takes milliseconds. */
function mount(calls: readonly (readonly string[])[]): void {
  const lines = calls.map((args) => `mount ${args.map(quoted).join(' ')}`);
  const { status, stderr, error } = spawnSync(programPath(SHELL), ['-e'], {
    input: lines.join('\n'),
    encoding: 'utf8',
  });
  if (status === 0) return;
  throw new UserError(
    `cannot lay an overlay over this machine's files: ${stderr?.trim() || error?.message}`,
    {
      exitCode: EXIT.environment,
      hint: 'The kernel needs overlayfs (modprobe overlay), and a container may forbid it: start it with --privileged.',
    },
  );
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
