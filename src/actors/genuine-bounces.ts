// Bounces that somebody waits for: a mailbox of the domain wrote to an address that does not exist. They
// have a null reverse path as the forged ones have, and a rule against that loses them. Each host words
// them as its system does.
import { makeMailboxes } from '../plan/mailboxes.ts';
import { MESSAGE_DATE, type Plan } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import { DIALECT_NAMES, type DialectName } from '../scenario/scenario.ts';
import type { Material } from './actor.ts';
import { buildBouncePool } from './bounce-pool.ts';
import { DIALECTS } from './dialects/registry.ts';
import { type FormLetter, formLetter } from './form-letter.ts';
import { makeLetters } from './letters.ts';

const STREAM = 4900;
/** Of each system, every one to a mailbox of its own. */
const PER_SYSTEM = 8;

export interface GenuineBounce {
  readonly recipient: string;
  readonly letter: FormLetter;
}

/** Dot-stuffed, with a mark for the host, without a Message-ID: the ledger's goes in front. */
export async function buildGenuineBounces(
  plan: Plan,
  systems: readonly DialectName[],
): Promise<Record<string, readonly Uint8Array[]>> {
  const material: Record<string, readonly Uint8Array[]> = {};
  for (const name of systems) {
    const pool = await buildBouncePool(DIALECTS[name], {
      victim: recipientsOf(plan, name),
      seed: plan.seed,
      count: PER_SYSTEM,
      date: MESSAGE_DATE,
    });
    material[name] = pool.map(withoutMessageId);
  }
  return material;
}

/** The bounce of session `index` from a host of a system; `material`: as built above. */
export function genuineBounces(
  plan: Plan,
  material: Material,
): (system: DialectName, index: number) => GenuineBounce {
  const pools = new Map(
    DIALECT_NAMES.map((name) => {
      const recipients = recipientsOf(plan, name);
      const letters = makeLetters(material[name] ?? [], DIALECTS[name].habit);
      return [
        name,
        letters.map((letter, i) => ({
          recipient: recipients[i] ?? '',
          letter: formLetter(letter),
        })),
      ];
    }),
  );
  return (system, index) => {
    const bounce = pools.get(system)?.[index % PER_SYSTEM];
    if (!bounce) throw new Error(`no genuine bounces were built for ${system}`);
    return bounce;
  };
}

function recipientsOf({ seed, world }: Plan, system: DialectName): string[] {
  const mailboxes = makeMailboxes(seed, world.mailboxes, world.domain);
  const lane = DIALECT_NAMES.indexOf(system);
  return Array.from({ length: PER_SYSTEM }, (_, i) => {
    const place = Math.floor(uniform(seed, STREAM, i, lane) * mailboxes.length);
    return mailboxes[place] ?? '';
  });
}

/** Without the field of the message's own header; that of the original inside stays. */
function withoutMessageId(message: Uint8Array): Uint8Array {
  const text = Buffer.from(message).toString('latin1');
  const headerEnd = text.indexOf('\r\n\r\n');
  const header = text.slice(0, headerEnd + 2);
  const without = header.replace(/^message-id:[^\n]*\n(?:[ \t][^\n]*\n)*/im, '');
  return Buffer.from(without + text.slice(headerEnd + 2), 'latin1');
}
