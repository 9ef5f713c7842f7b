// Bounces that somebody waits for: a mailbox of the domain wrote to an address that does not exist. They
// have a null reverse path as the forged ones have, and a rule against that loses them.
import { makeMailboxes } from '../plan/mailboxes.ts';
import { MESSAGE_DATE, type Plan } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import type { DialectName } from '../scenario/scenario.ts';
import { buildBouncePool } from './bounce-pool.ts';
import { DIALECTS } from './dialects/registry.ts';

const STREAM = 4245;
/** Of systems that are common today. */
const BOUNCING: readonly DialectName[] = ['postfix', 'exim', 'exchange'];
/** Of each of them, every one to a mailbox of its own. */
const PER_SYSTEM = 8;

/** Who receives entry i of the pool. */
export function bounceRecipients({ seed, world }: Plan): string[] {
  const mailboxes = makeMailboxes(seed, world.mailboxes, world.domain);
  return Array.from({ length: BOUNCING.length * PER_SYSTEM }, (_, i) => {
    const place = Math.floor(uniform(seed, STREAM, i) * mailboxes.length);
    return mailboxes[place] ?? '';
  });
}

/** Dot-stuffed, with a mark for the host, without a Message-ID: the ledger's goes in front. */
export async function buildGenuineBounces(plan: Plan): Promise<Uint8Array[]> {
  const recipients = bounceRecipients(plan);
  const pools = BOUNCING.map((name, i) =>
    buildBouncePool(DIALECTS[name], {
      victim: recipients.slice(i * PER_SYSTEM, (i + 1) * PER_SYSTEM),
      seed: plan.seed,
      count: PER_SYSTEM,
      date: MESSAGE_DATE,
    }),
  );
  return (await Promise.all(pools)).flat().map(withoutMessageId);
}

/** Without the field of the message's own header; that of the original inside stays. */
function withoutMessageId(message: Uint8Array): Uint8Array {
  const text = Buffer.from(message).toString('latin1');
  const headerEnd = text.indexOf('\r\n\r\n');
  const header = text.slice(0, headerEnd + 2);
  const without = header.replace(/^message-id:[^\n]*\n(?:[ \t][^\n]*\n)*/im, '');
  return Buffer.from(without + text.slice(headerEnd + 2), 'latin1');
}
