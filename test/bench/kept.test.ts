// What a bench keeps beside its page, and how a part of it is measured anew.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Measured, readKept, renew, writeKept } from '../../src/bench/measure/kept.ts';

const MACHINE = ['- a CPU', '- a Node'];

function measured(name: string, median: number): Measured {
  const rows = [{ what: `row of ${name}`, figure: { median, min: median, max: median } }];
  return { name, section: { title: name, method: 'Somehow.', moment: 'Measured once.', rows } };
}

it('keeps every figure, and renews what was measured again in its old place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
  try {
    const [file, page] = [join(folder, 'results.json'), join(folder, 'results.md')];
    const before = { machine: MACHINE, measured: [measured('cost', 1), measured('growth', NaN)] };
    writeKept(before, file, page);
    expect(readKept(file, MACHINE)).toEqual(before);
    expect(readKept(file, ['- another CPU', '- a Node'])).toBeUndefined();
    expect(readKept(join(folder, 'none.json'), MACHINE)).toBeUndefined();
    const after = renew(before, [measured('cost', 7), measured('other', 9)]);
    expect(after.measured).toEqual([measured('cost', 7), measured('growth', NaN)]);
    writeKept(after, file, page);
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/row of cost.*\*\*7\.00\*\*/);
    expect(text).toContain('Measured once.');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
