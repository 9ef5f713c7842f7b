// What `blowback target` stands for: the world and the tuning of a scenario's variant, or the built-in ones.
import { roamingHosts } from '../../actors/roaming.ts';
import { EXIT, UserError } from '../../errors.ts';
import { makeMailboxes } from '../../plan/mailboxes.ts';
import { makePlan } from '../../plan/plan.ts';
import { loadScenario } from '../../scenario/load.ts';
import { parseScenario } from '../../scenario/parse.ts';
import type { Scenario, Variant } from '../../scenario/scenario.ts';
import { embedded } from '../../target/embedded/embedded.ts';
import type { Site } from '../../target/target.ts';
import { isOfAttack, type Tuning } from '../../tuning/tuning.ts';
import { zoneFacts } from '../../world/names/facts.ts';

/** The world's defaults. Nobody of ours sends: the actor is what makes it a scenario. */
const PLAIN = 'name: target\nactors: {legit: {kind: legit, rate: 1/s}}\n';
const SHORT = /^\s*tuning\./;

export interface Wish {
  readonly set: readonly string[];
  readonly scenario?: string;
  readonly variant?: string;
}

export interface Setting {
  readonly site: Omit<Site, 'sink'>;
  /** E.g. `deluge-2008, variant two-workers`; undefined without a scenario. */
  readonly origin: string | undefined;
}

/** @throws UserError with exit code 2, all mistakes at once; 3 for a file of the tuning that is not there. */
export function readSetting(wish: Wish): Setting {
  if (wish.scenario === undefined && wish.variant !== undefined) {
    const hint = 'Name its scenario as well: --scenario deluge-2008.';
    throw new UserError('--variant without --scenario', { exitCode: EXIT.usage, hint });
  }
  const [scenario, variant] = chosen(wish);
  requireSupport(variant.tuning);
  embedded.examine?.(variant.tuning);
  return {
    site: siteOf(scenario, variant.tuning),
    origin: wish.scenario && `${wish.scenario}, variant ${variant.name}`,
  };
}

function chosen(wish: Wish): readonly [Scenario, Variant] {
  const stated = load(wish, []);
  const short = wish.set.some((set) => SHORT.test(set));
  const found = wish.scenario === undefined || !short ? undefined : first(stated());
  // What a variant changes would win over the target's tuning: the user means this server's.
  const place =
    found && Object.keys(found.changes).length > 0 ? `variants.${found.name}.` : 'target.tuning.';
  const scenario = load(
    wish,
    wish.set.map((set) => set.replace(SHORT, place)),
  )();
  return [scenario, first(scenario)];
}

function load({ scenario, variant }: Wish, set: readonly string[]): () => Scenario {
  const options = {
    set,
    target: 'embedded',
    ...(variant !== undefined && { variants: [variant] }),
  };
  if (scenario !== undefined) return () => loadScenario(scenario, options);
  return () => parseScenario(PLAIN, 'blowback target', options);
}

function first({ variants }: Scenario): Variant {
  const [variant] = variants;
  if (!variant) throw new TypeError('a scenario without a variant');
  return variant;
}

/** @throws UserError with every setting that this one server cannot apply. */
function requireSupport(tuning: Tuning): void {
  const refusals = embedded.refusals(tuning);
  const lines = refusals.map(({ setting, reason }) => `${setting}: ${reason}`);
  for (const setting of ['edge', 'hosted'] as const) {
    const value = tuning[setting];
    const said = refusals.some((refusal) => refusal.setting === setting);
    if (value === undefined || value === 'off' || said) continue;
    lines.push(`${setting}: two servers in a row; this is one alone`);
  }
  for (const setting of Object.keys(tuning).filter(isOfAttack)) {
    lines.push(`${setting}: changes what a scenario's senders do, and nobody of ours sends here`);
  }
  if (lines.length === 0) return;
  throw new UserError(lines.join('\nblowback: '), { exitCode: EXIT.usage });
}

/** Where the tuning names a table of the user's: its path or url. */
export function ownTable({ recipients }: Tuning): string | undefined {
  return typeof recipients === 'object' ? (recipients.path ?? recipients.url) : undefined;
}

function siteOf(scenario: Scenario, tuning: Tuning): Omit<Site, 'sink'> {
  const { world, compress, target } = scenario;
  const plan = makePlan(scenario);
  // Whatever a table of the user's holds, nobody here expects the world's mailboxes in it.
  const known = ownTable(tuning) === undefined ? recipientsOf(scenario) : [];
  return {
    tuning,
    domain: world.domain,
    victim: world.victim,
    recipients: known,
    compress,
    client: target.client,
    names: zoneFacts(plan, roamingHosts(plan)),
  };
}

function recipientsOf({ world, seed }: Scenario): readonly string[] {
  const others = makeMailboxes(seed, world.mailboxes, world.domain).filter(
    (mailbox) => mailbox !== world.victim,
  );
  return world.victimExists ? [...others, world.victim] : others;
}
