import { describe, expect, it } from 'vitest';
import { interleave } from '../../src/bench/measure/match.ts';
import { residentBytes, startMeasured } from '../../src/bench/measure/processes.ts';

describe('a measured program', () => {
  it('is told by its output and its times', async () => {
    const busy = 'for ((i = 0; i < 30000; i++)); do :; done; echo done';
    const { done } = await startMeasured(['bash', '-c', busy], false);
    const { output, userS, systemS, wallS } = await done;
    expect(output).toBe('done\n');
    expect(userS + systemS).toBeGreaterThan(0);
    expect(wallS).toBeGreaterThanOrEqual(0);
  });

  it('is known by its own pid, and ended by it', async () => {
    const { pid, done, end } = await startMeasured(['sleep', '60'], true);
    expect(() => process.kill(pid, 0)).not.toThrow();
    if (process.platform === 'linux') expect(residentBytes(pid)).toBeGreaterThan(0);
    end();
    await done;
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(residentBytes(pid)).toBeUndefined();
  });

  it('that fails is a fault of the bench', async () => {
    const { done } = await startMeasured(['bash', '-c', 'echo no >&2; exit 3'], true);
    await expect(done).rejects.toThrow('ended with 3');
  });
});

describe('contenders', () => {
  it('play in turn, every second time backwards', async () => {
    const order: string[] = [];
    const play = (name: string) => async () => order.push(name);
    const samples = await interleave(3, { a: play('a'), b: play('b'), c: play('c') });
    expect(order.join('')).toBe('abccbaabc');
    expect(samples).toEqual({ a: [1, 6, 7], b: [2, 5, 8], c: [3, 4, 9] });
  });
});
