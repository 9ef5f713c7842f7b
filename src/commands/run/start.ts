// Begins a run: here, or for Postfix in a laboratory, which is this program once more.
import {
  insideLaboratory,
  type Laboratory,
  openLaboratory,
  receiveErrand,
} from '../../world/laboratory.ts';
import type { Assignment } from './assignment.ts';
import { chooseCrew } from './workers.ts';

export type Order = Pick<Assignment, 'version' | 'name' | 'options' | 'inquiry'>;

/** What a process finds out that has loaded whatever reads and checks files; plain data. */
type Errand = Pick<Assignment, 'scenario' | 'sweep' | 'crew' | 'stored'>;

/** Answers the exit code. @throws UserError for what stands in the way before or during the run. */
export function startRun(order: Order): Promise<number> {
  return insideLaboratory() ? runInside(order) : runOutside(order);
}

/** What concerns Postfix alone is loaded within, what only a reader of scenarios needs here. */
async function runOutside(order: Order): Promise<number> {
  const { name, options, version } = order;
  // Known to be needed, it opens and loads its program while the scenario is read.
  const early = options.target === 'postfix' ? open() : undefined;
  // What is wrong with the scenario comes first.
  early?.catch(() => undefined);
  try {
    const { readScenario, recall } = await import('./read-scenario.ts');
    const { scenario, sweep } = await readScenario(name, options);
    if (order.inquiry) {
      const { checkInquiry } = await import('./inquiry.ts');
      checkInquiry(scenario, order.inquiry);
    }
    const crew = chooseCrew(scenario.target.kind, options.workers);
    const errand = { scenario, sweep, crew, stored: recall(version, crew.workers) };
    if (scenario.target.kind !== 'postfix') return await play(order, errand);
    const laboratory = await (early ?? open());
    laboratory.send(errand);
    return await laboratory.ended();
  } catch (error) {
    await early?.then(
      (laboratory) => laboratory.close(),
      () => undefined,
    );
    throw error;
  }
}

async function open(): Promise<Laboratory> {
  return openLaboratory(process.argv.slice(1));
}

async function runInside(order: Order): Promise<number> {
  const errand = receiveErrand();
  const standing = setUp();
  // What is wrong with the scenario comes first.
  standing.catch(() => undefined);
  await Promise.all([loadPlay(), import('../../target/postfix/run.ts')]);
  // Read and checked by the process that opened this laboratory.
  const received = (await errand) as Errand;
  await standing;
  return play(order, received);
}

async function setUp(): Promise<void> {
  const { setUpLaboratory } = await import('../../world/laboratory-setup.ts');
  setUpLaboratory();
}

/** Not before they are needed: outside a laboratory they may never be, and they take a tenth of a second. */
function loadPlay() {
  return Promise.all([import('./conduct.ts'), import('../../target/registry.ts')]);
}

async function play(order: Order, errand: Errand): Promise<number> {
  const [{ conduct }, { targetFor }] = await loadPlay();
  return conduct({ ...order, ...errand, target: targetFor(errand.scenario.target) });
}
