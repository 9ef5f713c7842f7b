// The embedded target: a small mail server of our own in a process of its own. For a first look, for
// tests and for teaching; it never pretends to be Postfix.
import { createRequire } from 'node:module';
import { examineRecipients } from '../../world/recipients.ts';
import type { RunningTarget, Site, Target, TargetSample, TargetTotals } from '../target.ts';
import { Child } from './child.ts';
import { refusalsOf } from './settings.ts';

/** Longer than the server's own drain. */
const STOP_LIMIT_MS = 5000;

export const embedded: Target = {
  kind: 'embedded',
  refusals: refusalsOf,
  examine: ({ recipients }) => examineRecipients(recipients),
  start,
};

async function start(site: Site): Promise<RunningTarget> {
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
    version: embeddedVersion(),
    configuration,
    died,
    sample: () => {
      asked += 1;
      return sample(child, asked);
    },
    stop: async () => {
      stopping = true;
      const totals = await askTotals(child);
      await child.end();
      return totals;
    },
  };
}

async function sample(child: Child, id: number): Promise<TargetSample> {
  const answered = child.next((answer) => answer.kind === 'sample' && answer.id === id);
  child.order({ kind: 'sample', id });
  const answer = await Promise.race([answered, child.exited]);
  return typeof answer !== 'string' && answer.kind === 'sample' ? answer.sample : {};
}

async function askTotals(child: Child): Promise<TargetTotals> {
  const answered = child.next((answer) => answer.kind === 'stopped');
  child.order({ kind: 'stop' });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, STOP_LIMIT_MS, 'did not answer');
  });
  const answer = await Promise.race([answered, child.exited, late]);
  clearTimeout(timer);
  if (typeof answer !== 'string' && answer.kind === 'stopped') return answer.totals;
  return { warnings: [`the embedded target gave no totals: its process ${String(answer)}`] };
}

export function embeddedVersion(): string {
  const require = createRequire(import.meta.url);
  const own = require('../../../package.json') as { version: string };
  const library = require('smtp-server/package.json') as { version: string };
  return `embedded ${own.version} (smtp-server ${library.version})`;
}
