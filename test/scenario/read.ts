// Scenarios for tests: a smallest right one, and the messages of a wrong one.
import { ScenarioError } from '../../src/scenario/mistake.ts';
import { type ParseOptions, parseScenario } from '../../src/scenario/parse.ts';

export const SMALLEST = 'name: small\nactors: {legit: {kind: legit, rate: 5/s}}\n';

/** Every message about a text; none when it is right. */
export function mistakesIn(text: string, options: ParseOptions = {}): string[] {
  try {
    parseScenario(text, 's.yaml', options);
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
}
