// `victimRule`: one address is answered at once, whoever asks.
import type { VictimRule } from '../../../tuning/tuning.ts';
import type { Check } from './rcpt.ts';

export function victim(address: string, { reply, text }: VictimRule): Check {
  const victimAddress = address.toLowerCase();
  const enhanced = reply < 500 ? '4.7.1' : '5.7.1';
  return ({ recipient }) =>
    recipient.toLowerCase() === victimAddress
      ? { code: reply, text: `${enhanced} <${recipient}>: Recipient address rejected: ${text}` }
      : undefined;
}
