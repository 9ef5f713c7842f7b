// What a calibration is good for: this machine with this kernel, Node.js and version of blowback.
import { availableParallelism, cpus, type as osType, release, totalmem } from 'node:os';
import { z } from 'zod';

export const fingerprintShape = z.object({
  cpu: z.string(),
  cores: z.number(),
  /** In whole GiB: the exact figure changes from boot to boot. */
  memoryGiB: z.number(),
  kernel: z.string(),
  node: z.string(),
  blowback: z.string(),
});

export type Fingerprint = z.infer<typeof fingerprintShape>;

/** @param version blowback's own */
export function fingerprint(version: string): Fingerprint {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: `${osType()} ${release()}`,
    node: process.version,
    blowback: version,
  };
}

const WORDS = {
  cpu: 'processor',
  cores: 'cores',
  memoryGiB: 'memory in GiB',
  kernel: 'kernel',
  node: 'Node.js',
  blowback: 'blowback',
} as const satisfies Record<keyof Fingerprint, string>;

/** What differs, in words: `Node.js v20.19.0, now v22.1.0`; empty where nothing does. */
export function differences(then: Fingerprint, now: Fingerprint): string[] {
  const keys = Object.keys(WORDS) as (keyof Fingerprint)[];
  return keys
    .filter((key) => then[key] !== now[key])
    .map((key) => `${WORDS[key]} ${then[key]}, now ${now[key]}`);
}
