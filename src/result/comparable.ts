// Whether two results are of the same machine and server: absolute figures are compared only then.
import type { Result } from './result.ts';

/** What figures depend on; a little memory more or less is the kernel's. */
export function machineKey({ machine }: Pick<Result, 'machine'>): string {
  const { os, cpu, cores, memoryBytes, node } = machine;
  const memory = Math.round(Math.log2(memoryBytes / 2 ** 30));
  return `${os}, ${cores} × ${cpu}, 2^${memory} GiB, Node ${node}`;
}

/** Why facts of the one say nothing of the other; undefined where they do. */
export function difference(one: Result, other: Result): string | undefined {
  const pairs = [
    ['machine', machineKey(one), machineKey(other)],
    ['mail server', one.target.version, other.target.version],
    ['load', one.planDigest, other.planDigest],
  ] as const;
  const found = pairs.find(([, a, b]) => a !== b);
  return found && `another ${found[0]} (${found[2]}, not ${found[1]})`;
}
