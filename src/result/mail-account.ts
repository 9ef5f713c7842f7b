// The ledger held against the target's own log, message by message: what the sender was told, what the
// log says became of it, and what arrived at the sink.
import type { Ledger } from '../record/ledger.ts';
import type { Entry } from '../record/ledger-page.ts';
import type { Comparison, LedgerRow, Warning } from './result.ts';

/** A legitimate message in the target's log. Counts are of recipients, but for `accepted`. */
export interface MailAccount {
  readonly queueId: string;
  /** How often it came into the queue. */
  readonly accepted: number;
  readonly sent: number;
  readonly bounced: number;
  readonly deferred: number;
}

/** By ledger id. */
export type MailAccounts = ReadonlyMap<string, MailAccount>;

/** So many disagreements are told one by one. */
const MOST_TOLD = 3;

export function mailBooks(ledger: Ledger, accounts: MailAccounts): Comparison[] {
  const sums = { ourDeliveries: 0, theirDeliveries: 0, ourTaken: 0, theirTaken: 0 };
  for (const entry of ledger.all()) {
    const account = accounts.get(entry.id);
    sums.ourDeliveries += entry.arrived;
    sums.theirDeliveries += account?.sent ?? 0;
    sums.ourTaken += Number(entry.accepted);
    sums.theirTaken += Number((account?.accepted ?? 0) > 0);
  }
  return [
    { what: 'real messages taken', ours: sums.ourTaken, theirs: sums.theirTaken },
    {
      what: 'deliveries of real mail, by recipient',
      ours: sums.ourDeliveries,
      theirs: sums.theirDeliveries,
    },
  ];
}

/** The first few by their queue ids, and how many there are. */
export function mailDisagreements(ledger: Ledger, accounts: MailAccounts): Warning[] {
  const told: string[] = [];
  let count = 0;
  for (const entry of ledger.all()) {
    const objection = objectionTo(entry, accounts.get(entry.id));
    if (objection === undefined) continue;
    count += 1;
    if (told.length < MOST_TOLD) told.push(objection);
  }
  if (count === 0) return [];
  const rest = count > told.length ? `; and ${count - told.length} more` : '';
  const messages = count === 1 ? '1 real message' : `${count} real messages`;
  return [
    {
      code: 'mail-disagrees',
      text: `The target's log and our ledger disagree on ${messages}: ${told.join('; ')}${rest}.`,
      fatal: false,
    },
  ];
}

function objectionTo(entry: Entry, account: MailAccount | undefined): string | undefined {
  const { id, arrived } = entry;
  if (!account?.accepted) {
    if (!entry.accepted) return undefined;
    return `${id} was taken, and the log knows ${account ? `${account.queueId} as never queued` : 'nothing of it'}`;
  }
  const name = `${account.queueId} (${id})`;
  // Where we hung up at the run's end, the sender cannot know.
  if (!entry.accepted && entry.lastState !== 'cut') {
    return `${name} was taken, and its sender was not told so`;
  }
  if (arrived === account.sent) return undefined;
  return `${name} was delivered to ${recipients(account.sent)} by the log, and ${recipients(arrived)} by the sink`;
}

function recipients(count: number): string {
  return count === 1 ? '1 recipient' : `${count} recipients`;
}

/** What the log adds to what the ledger knows of a message. */
export function fateOf(
  entry: Entry,
  accounts: MailAccounts | undefined,
): Pick<LedgerRow, 'fate' | 'queueId'> {
  const account = accounts?.get(entry.id);
  if (!account?.accepted || entry.deliveredMs !== undefined) return {};
  const { queueId, bounced, deferred } = account;
  if (deferred > 0) return { fate: 'deferred', queueId };
  return bounced > 0 ? { fate: 'bounced', queueId } : { queueId };
}
