// What keeps a laboratory from opening, and what must not pass for one.
import { readlinkSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { insideLaboratory, requireLaboratory } from '../../src/world/laboratory.ts';
import { laboratoryScratch, setUpLaboratory } from '../../src/world/laboratory-setup.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('the way into the laboratory', () => {
  it('needs Linux, and says what runs elsewhere', () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
    expect(() => requireLaboratory()).toThrow(
      expect.objectContaining({ exitCode: 3, hint: expect.stringContaining('--target embedded') }),
    );
  });
});

describe.skipIf(process.platform !== 'linux')('a marker that was set by hand', () => {
  // The body of a skipped block runs as well, where there is no /proc.
  const kinds = process.platform === 'linux' ? ['net', 'mnt'] : [];
  const own = kinds.map((kind) => readlinkSync(`/proc/self/ns/${kind}`));
  it.each(['1', 'net:[1]', own.join(' '), `net:[1] ${own[1]}`, `${own[0]} mnt:[1]`])(
    '%s is no laboratory',
    (value) => {
      vi.stubEnv('BLOWBACK_LABORATORY', value);
      expect(insideLaboratory()).toBe(false);
      // It would change the machine's own network and mounts.
      expect(() => setUpLaboratory()).toThrow(/outside a laboratory/);
      expect(() => laboratoryScratch()).toThrow(/not set up/);
    },
  );
});
