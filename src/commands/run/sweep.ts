// `--sweep path=a,b,c`: one value of a scenario over a list, each as a variant. What is no setting of the target's
// changes the load, so that each variant has a scenario, and a plan, of its own.
import { EXIT, UserError } from '../../errors.ts';
import { type LoadOptions, loadScenario } from '../../scenario/load.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** The scenario in which one value is tried. */
export interface Swept {
  readonly scenario: Scenario;
  /** E.g. `target.tuning.workers: 20`. */
  readonly words: string;
}

/** The values as variants of one scenario, and the scenario of each. */
interface Sweep {
  readonly scenario: Scenario;
  readonly swept: readonly Swept[];
}

const MOST_VALUES = 50;

/** @throws UserError (2) for a sweep that is none, and for every value that the scenario cannot have. */
export function readSweep(name: string, text: string, options: LoadOptions): Sweep {
  const { path, values } = parseSweep(text);
  const names = values.map((value) => nameOf(path, value));
  const variants = `variants={${names.map((one) => `${one}: {}`).join(', ')}}`;
  const swept = values.map((value): Swept => {
    const set = [...(options.set ?? []), 'expects=[]', variants, `${path}=${value}`];
    const { predicts: _, ...scenario } = loadScenario(name, { ...options, set });
    return { scenario, words: `${path}: ${value}` };
  });
  const [first] = swept;
  if (!first) throw new Error('a sweep without values');
  const own = swept.flatMap(({ scenario }, i) => {
    const variant = scenario.variants[i];
    return variant ? [variant] : [];
  });
  return { scenario: { ...first.scenario, variants: own }, swept };
}

function parseSweep(text: string): { readonly path: string; readonly values: readonly string[] } {
  const equals = text.indexOf('=');
  const path = text.slice(0, Math.max(0, equals)).trim();
  const values = split(text.slice(equals + 1));
  const fail = (why: string): UserError =>
    new UserError(`--sweep ${text}: ${why}`, {
      exitCode: EXIT.usage,
      hint: 'Expected a path and its values, as in target.tuning.workers=2,20,100.',
    });
  if (path === '' || values.includes('')) throw fail('not a path with a list of values');
  if (/^(variants|expects|goal|thresholds|name)\b/.test(path))
    throw fail(`${path} is no value to try`);
  if (values.length < 2) throw fail('a single value is nothing to sweep');
  if (values.length > MOST_VALUES) throw fail(`more than ${MOST_VALUES} values`);
  if (new Set(values.map((value) => nameOf(path, value))).size < values.length) {
    throw fail('two of its values are the same');
  }
  return { path, values };
}

/** At commas, but not within brackets or quotes. */
function split(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|\{[^}]*\}|\[[^\]]*\]|[^,])*/g) ?? [];
  return parts.map((part) => part.trim()).filter((part, i) => part !== '' || i === 0);
}

/** E.g. `workers-20`: a name that a variant may have. */
function nameOf(path: string, value: string): string {
  const key = path.split('.').at(-1) ?? path;
  return `${key}-${value}`
    .toLowerCase()
    .replaceAll('%', 'pc')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}
