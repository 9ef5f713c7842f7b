// Which view of a run its user has: the live one in a terminal, lines elsewhere.
import { PHASES, type Scenario } from '../../scenario/scenario.ts';
import { isTerminal } from '../terminal.ts';
import { PlainView } from './plain-view.ts';
import type { View } from './view.ts';

export async function openView(scenario: Scenario): Promise<View> {
  if (!isTerminal(process.stderr)) return new PlainView((line) => console.error(line));
  const { LiveView } = await import('./live-view.ts');
  const phases = PHASES.map((name) => [name, scenario.phases[`${name}Ms`] / 1000] as const);
  const title = `${scenario.name} → ${scenario.target.kind}  seed ${scenario.seed}`;
  return new LiveView(title, phases, process.stderr);
}
