// An embedded server in a process of its own: asked for samples, told to stop, and missed when it dies.
import type { RunningTarget, TargetSample, TargetTotals } from '../target.ts';
import { Child } from './child.ts';
import type { Passed } from './protocol.ts';
import type { PlacedSite } from './ways.ts';

/** Longer than the server's own drain. */
const STOP_LIMIT_MS = 5000;

export interface Server extends Pick<RunningTarget, 'address' | 'configuration' | 'died'> {
  /** Undefined where it does not answer any more. */
  look(): Promise<{ readonly sample: TargetSample; readonly passed: Passed } | undefined>;
  stop(): Promise<{ readonly totals: TargetTotals; readonly passed?: Passed }>;
}

/** @throws UserError where the process does not come up. */
export async function startChild(site: PlacedSite): Promise<Server> {
  const child = new Child();
  const { address, configuration } = await child.start(site);
  let stopping = false;
  const died = new Promise<string>((resolve) => {
    child.exited.then((how) => {
      if (!stopping) resolve(`the embedded target died: its process ${how}`);
    });
  });
  let asked = 0;
  return {
    address,
    configuration,
    died,
    look: () => {
      asked += 1;
      return look(child, asked);
    },
    stop: async () => {
      stopping = true;
      const account = await askTotals(child);
      await child.end();
      return account;
    },
  };
}

async function look(child: Child, id: number): ReturnType<Server['look']> {
  const answered = child.next((answer) => answer.kind === 'sample' && answer.id === id);
  child.order({ kind: 'sample', id });
  const answer = await Promise.race([answered, child.exited]);
  return typeof answer !== 'string' && answer.kind === 'sample' ? answer : undefined;
}

async function askTotals(child: Child): ReturnType<Server['stop']> {
  const answered = child.next((answer) => answer.kind === 'stopped');
  child.order({ kind: 'stop' });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, STOP_LIMIT_MS, 'did not answer');
  });
  const answer = await Promise.race([answered, child.exited, late]);
  clearTimeout(timer);
  if (typeof answer !== 'string' && answer.kind === 'stopped') return answer;
  return {
    totals: { warnings: [`the embedded target gave no totals: its process ${String(answer)}`] },
  };
}
