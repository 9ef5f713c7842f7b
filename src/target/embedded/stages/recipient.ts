// `recipients`: whether the address exists. A table that cannot be asked defers, as in Postfix.
import type { RecipientLookup } from '../../../world/recipients/lookup.ts';
import { LookupFailure } from '../../../world/recipients/lookup.ts';
import type { Check } from './rcpt.ts';
import type { Objection } from './stage-book.ts';

export function knownRecipient(recipients: RecipientLookup): Check {
  return ({ recipient }) => {
    const verdict = (known: boolean): Objection => (known ? undefined : unknown(recipient));
    const failed = (cause: unknown): Objection => {
      if (!(cause instanceof LookupFailure)) throw cause;
      return { code: 451, text: `4.3.0 <${recipient}>: Temporary lookup failure` };
    };
    try {
      const known = recipients.has(recipient);
      return known instanceof Promise ? known.then(verdict, failed) : verdict(known);
    } catch (cause) {
      return failed(cause);
    }
  };
}

function unknown(recipient: string): Objection {
  return { code: 550, text: `5.1.1 <${recipient}>: Recipient address rejected: User unknown` };
}
