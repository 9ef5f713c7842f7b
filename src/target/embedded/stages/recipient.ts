// `recipients`: whether the address exists. A table that cannot be asked defers, as in Postfix.
import type { RecipientLookup } from '../../../world/recipients.ts';
import type { Check } from './rcpt.ts';
import type { Objection } from './stage-book.ts';

export function knownRecipient(recipients: RecipientLookup): Check {
  const verdict = (known: boolean, recipient: string): Objection =>
    known
      ? undefined
      : { code: 550, text: `5.1.1 <${recipient}>: Recipient address rejected: User unknown` };
  return ({ recipient }) => {
    const known = recipients.has(recipient);
    if (known instanceof Promise) return known.then((yes) => verdict(yes, recipient));
    return verdict(known, recipient);
  };
}
