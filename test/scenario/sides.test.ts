// A gate's two configurations in place of a scenario's variants, and thresholds from the command line.
import { describe, expect, it } from 'vitest';
import { type ParseOptions, parseScenario } from '../../src/scenario/parse.ts';
import { SMALLEST } from './read.ts';

const POSTFIX = `${SMALLEST}variants: {a: {}, b: {workers: 5}}\nexpects: [legit.lost == 0 for a]\n`;
const read = (options: ParseOptions, more = 'target: {kind: postfix}\n') =>
  parseScenario(`${POSTFIX}${more}`, 'mail/s.yaml', options);
const configs = (options: ParseOptions, more?: string) =>
  read(options, more).variants.map(({ name, tuning }) => [name, tuning.config]);

describe('the sides of a gate', () => {
  it('are a revision and a directory, and what the scenario predicts is left out', () => {
    const sides = { baselineRef: 'main', candidate: 'etc/postfix' };
    expect(configs({ sides })).toEqual([
      ['baseline', { git: 'main', path: './etc/postfix', from: '.' }],
      ['candidate', { path: 'etc/postfix', from: '.' }],
    ]);
    expect(read({ sides }).expects).toEqual([]);
  });
  it('are the same directory, then and now, without --candidate', () => {
    expect(configs({ sides: { baselineRef: 'main' }, config: 'etc/postfix' })).toMatchObject([
      ['baseline', { git: 'main', path: './etc/postfix' }],
      ['candidate', { path: 'etc/postfix' }],
    ]);
  });
  it("may have the scenario's own, whose path starts from its file", () => {
    const own = 'target: {kind: postfix, tuning: {config: ./etc}}\n';
    const [baseline, candidate] = configs({ sides: { baselineRef: 'main' } }, own);
    expect(baseline).toEqual(['baseline', { git: 'main', path: './mail/etc', from: '.' }]);
    expect(candidate?.[1]).toMatchObject({ path: expect.stringMatching(/\/mail\/etc$/) });
  });
  it('may be two directories', () => {
    expect(configs({ sides: { candidate: 'new' }, config: 'old' })).toMatchObject([
      ['baseline', { path: 'old' }],
      ['candidate', { path: 'new' }],
    ]);
  });
  it.each([
    [{ baselineRef: 'main' }, '--baseline-ref main: of which configuration?'],
    [{ candidate: 'new' }, '--candidate new: compared with what?'],
  ])('of %j alone are a mistake', (sides, message) => {
    expect(() => read({ sides })).toThrow(message);
  });
  it('leave thresholds that name other variants without their variant', () => {
    const sides = { baselineRef: 'main', candidate: 'new' };
    const more = 'target: {kind: postfix}\nthresholds: [legit.lost == 0 for b]\n';
    expect(() => read({ sides }, more)).toThrow(
      /unknown variant "b"; expected baseline or candidate/,
    );
  });
});

describe('thresholds from the command line', () => {
  it('come behind those of the file', () => {
    const more = 'thresholds: [legit.lost == 0]\n';
    const { thresholds } = read({ thresholds: ['legit.late == 0 for b'] }, more);
    expect(thresholds.map(({ text }) => text)).toEqual([
      'legit.lost == 0',
      'legit.late == 0 for b',
    ]);
  });
  it('are named as they were given when they are wrong', () => {
    expect(() => read({ thresholds: ['legit.lots == 0'] })).toThrow(
      /^--threshold legit\.lots == 0: thresholds\[0\]: unknown metric "legit\.lots"/,
    );
  });
});
