// What a preview says of the SPF records of a scenario's variants.
import { describe, expect, it } from 'vitest';
import { avertedLines } from '../../../src/commands/preview/averted.ts';
import { renderActor } from '../../../src/commands/preview/render-text.ts';
import { waysOf } from '../../../src/commands/preview/sample.ts';
import type { SpfRecord } from '../../../src/tuning/tuning.ts';
import { ACTORS, speakerOf } from './storm.ts';

const RECORD: SpfRecord = { afterMs: 600_000, ttlMs: 1_800_000, honoured: 0.4 };
const variant = (name: string, spfRecord?: SpfRecord | 'off') => {
  const tuning = spfRecord === undefined ? {} : { spfRecord };
  return { name, changes: tuning, tuning };
};
const VARIANTS = [variant('stock'), variant('none', 'off'), variant('record', RECORD)];

async function linesOf(actor: string, variants = VARIANTS): Promise<string[]> {
  const { plan, planned } = await speakerOf(actor);
  return avertedLines(plan, planned, variants);
}

describe('the SPF record of a variant', () => {
  it.each(ACTORS)('is told of %s only if it answers forged mail', async (actor) => {
    const answers = ['bouncers', 'callouts', 'vacation'].includes(actor);
    expect(await linesOf(actor)).toHaveLength(answers ? 1 : 0);
  });

  it('is told with what it averts, and when', async () => {
    const [line = ''] = await linesOf('bouncers');
    expect(line).toMatch(/^Under record an SPF record averts \d+ of its 320 planned sessions \(/);
    expect(line).toMatch(
      /published 5\u00a0s into the run, honoured by .* 40\u00a0% .* 3\u00a0s later\.$/,
    );
  });

  it('that comes behind the storm averts nothing, and is told so', async () => {
    const late = variant('late', { ...RECORD, afterMs: 5_000_000 });
    expect((await linesOf('bouncers', [late]))[0]).toContain('averts 0 of its 320');
  });

  it('fits 80 columns in the head of its actor', async () => {
    const speaker = await speakerOf('bouncers');
    const head = renderActor(speaker, waysOf(speaker), await linesOf('bouncers'));
    expect(head.replaceAll(/\s+/g, ' ')).toContain('an SPF record averts');
    expect(head.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
  });
});
