// Missing programs, and what the user is told about them.
import { describe, expect, it } from 'vitest';
import type { UserError } from '../../src/errors.ts';
import { findProgram, programPath, requirePrograms } from '../../src/world/programs.ts';

const NONE = { name: 'no-such-program-1', debianPackage: 'nothing' };

describe('programs of other packages', () => {
  it('are found in the path', () => expect(findProgram('sh')).toMatch(/^\/.*\/sh$/));

  it('are named all at once when they are missing, with one command that mends it', () => {
    const twice = [
      NONE,
      { ...NONE, name: 'no-such-program-2' },
      { name: 'sh', debianPackage: 'dash' },
    ];
    let caught: UserError | undefined;
    try {
      requirePrograms(twice);
    } catch (error) {
      caught = error as UserError;
    }
    expect(caught?.exitCode).toBe(3);
    expect(caught?.message).toBe(
      'these programs are missing: no-such-program-1, no-such-program-2',
    );
    expect(caught?.hint).toMatch(/apt-get install nothing$/);
    const here = { ...NONE, isThere: () => true };
    const gone = { name: 'sh', debianPackage: 'dash', isThere: () => false };
    expect(() => requirePrograms([here, gone])).toThrow(/this program is missing: sh/);
    expect(() => programPath(NONE)).toThrow(/this program is missing: no-such-program-1/);
  });
});
