// One round: reads the sources, holds the result against the old table, and replaces that if nothing speaks
// against it. Says what became of it; telling people is the command's.
import { EXIT, UserError } from '../errors.ts';
import { formatShare } from '../units.ts';
import { allNew, compare, type Difference } from './difference.ts';
import { type Format, writeTable } from './formats.ts';
import { type Findings, type Gathered, type GatherRules, gather } from './gather.ts';
import type { Source } from './source.ts';
import { replaceFile } from './table-file.ts';

export interface Plan {
  readonly sources: readonly Source[];
  readonly to: string;
  readonly format: Format;
  readonly rules: GatherRules;
  /** Anything invalid, and any duplicate, is an error. */
  readonly strict: boolean;
  /** The share of the old table's addresses that may be missing in the new one. */
  readonly maxLoss: number;
  readonly allowEmpty: boolean;
  readonly dryRun: boolean;
}

export interface Outcome {
  readonly outcome: 'written' | 'unchanged' | 'would-write' | 'refused';
  readonly addresses: number;
  /** Undefined where it was refused before there was anything to compare. */
  readonly difference?: Difference;
  readonly findings: Findings;
  /** Of the table, when it was written. */
  readonly bytes?: number;
  /** Why it was refused. */
  readonly refusal?: UserError;
}

/** @throws UserError (2, 3) when a source cannot be read or the table not written; the signal's reason. */
export async function build(plan: Plan, signal: AbortSignal): Promise<Outcome> {
  const gathered = await gather(plan.sources, plan.rules, signal);
  const { addresses, findings } = gathered;
  const known = { addresses: addresses.size, findings };
  const mistakes = whyNotStrict(plan, findings);
  if (mistakes) return { ...known, outcome: 'refused', refusal: mistakes };
  const difference = await differenceTo(plan, gathered, signal);
  const refusal = addresses.size === 0 ? whyEmpty(plan) : whyTooLittle(plan, difference);
  if (refusal) return { ...known, difference, outcome: 'refused', refusal };
  if (difference.isSame) return { ...known, difference, outcome: 'unchanged' };
  if (plan.dryRun) return { ...known, difference, outcome: 'would-write' };
  const bytes = replaceFile(plan.to, (write) => writeTable(plan.format, addresses, write));
  return { ...known, difference, bytes, outcome: 'written' };
}

/** A damaged table has nothing to lose, for who allows to lose everything. */
async function differenceTo(
  plan: Plan,
  { addresses }: Gathered,
  signal: AbortSignal,
): Promise<Difference> {
  try {
    return await compare(addresses, { path: plan.to, format: plan.format }, signal);
  } catch (error) {
    const isDamaged = error instanceof UserError && error.exitCode === EXIT.environment;
    if (isDamaged && plan.maxLoss >= 1) return allNew(addresses);
    throw error;
  }
}

function whyNotStrict({ strict }: Plan, { invalid, duplicates }: Findings): UserError | undefined {
  if (!strict || invalid + duplicates === 0) return undefined;
  return new UserError(
    `--strict: ${invalid} invalid, ${duplicates} duplicates; nothing is written`,
    {
      exitCode: EXIT.usage,
    },
  );
}

function whyEmpty({ allowEmpty, sources, to }: Plan): UserError | undefined {
  if (allowEmpty) return undefined;
  const names = sources.map(({ name }) => name).join(', ');
  return new UserError(`refused: no valid address in ${names}; ${to} is as it was`, {
    exitCode: EXIT.threshold,
    hint: 'A mail server with an empty table rejects everything. --allow-empty writes one. An LDAP URL without a scope asks for its base only: ?attribute?sub.',
  });
}

function whyTooLittle(plan: Plan, { oldSize, removed }: Difference): UserError | undefined {
  if (removed === 0 || removed <= oldSize * plan.maxLoss) return undefined;
  const share = formatShare(Math.round((removed / oldSize) * 1000) / 1000);
  const most = formatShare(plan.maxLoss);
  return new UserError(
    `refused: ${removed} of the ${oldSize} addresses in ${plan.to} would be gone (${share}, ${most} are allowed)`,
    {
      exitCode: EXIT.threshold,
      hint: 'If that is right, say so: --allow-shrink, or --allow-shrink 50%. --dry-run shows which.',
    },
  );
}
