import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../src/bench/measure/options.ts';
import { EXIT, UserError } from '../../src/errors.ts';

const NAMES = ['cost', 'memory', 'growth'];

describe('the command line of the bench', () => {
  it.each([
    { args: [], quick: false, only: NAMES },
    { args: ['--quick'], quick: true, only: NAMES },
    { args: ['--only', 'growth,cost', '--quick'], quick: true, only: ['cost', 'growth'] },
  ])('$args: $only', ({ args, quick, only }) => {
    expect(parseOptions(args, NAMES)).toEqual({ quick, only });
  });

  it.each([
    { args: ['--fast'], message: '--fast is no option of the bench' },
    { args: ['--only', 'cost,speed'], message: 'there is no experiment speed' },
    { args: ['--only'], message: '--only names no experiment' },
  ])('$args is refused, with what would do', ({ args, message }) => {
    const parse = () => parseOptions(args, NAMES);
    expect(parse).toThrow(UserError);
    expect(parse).toThrow(
      expect.objectContaining({
        message,
        exitCode: EXIT.usage,
        hint: expect.stringContaining('cost,memory,growth'),
      }),
    );
  });
});
