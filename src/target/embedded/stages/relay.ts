// Nobody's mail is relayed: recipients are this domain's.
import type { Check } from './rcpt.ts';

export function ownDomain(domain: string): Check {
  const suffix = `@${domain.toLowerCase()}`;
  return ({ recipient }) =>
    recipient.toLowerCase().endsWith(suffix)
      ? undefined
      : { code: 554, text: `5.7.1 <${recipient}>: Relay access denied` };
}
