// `spf`: the sender's policy (RFC 7208), of the name in HELO and then of the reverse path, by the records of
// the simulated internet: there ip4 names every machine that sends, and what `a` and `mx` name never does.
import { atHome } from '../../../plan/source-address.ts';
import type { LocalNames, NameAnswer } from '../../../world/names/local-names.ts';
import type { Check, Rcpt } from './rcpt.ts';
import type { Objection } from './stage-book.ts';

/** A name server that does not answer is no reason to refuse, as Debian's policyd-spf has it. */
export function spf(names: LocalNames): Check {
  const fails = (client: string, domain: string): boolean | Promise<boolean> => {
    if (!/^[\w-]+(\.[\w-]+)+$/.test(domain)) return false;
    const answer = names.ask('TXT', domain);
    return answer instanceof Promise
      ? answer.then((found) => isForbidden(found, client))
      : isForbidden(answer, client);
  };
  return (rcpt) => {
    const helo = fails(rcpt.client, rcpt.helo);
    if (helo === true) return refusal(rcpt, 'HELO');
    const sender = () => fails(rcpt.client, domainOf(rcpt.reversePath));
    const verdict = (failed: boolean): Objection =>
      failed ? refusal(rcpt, 'MAIL FROM') : undefined;
    if (helo === false) {
      const failed = sender();
      return failed instanceof Promise ? failed.then(verdict) : verdict(failed);
    }
    return helo.then(async (failed) => (failed ? refusal(rcpt, 'HELO') : verdict(await sender())));
  };
}

/** The null one has none: HELO was judged in its place (RFC 7208 §2.4). */
function domainOf(reversePath: string): string {
  return reversePath.slice(reversePath.lastIndexOf('@') + 1);
}

function isForbidden(answer: NameAnswer, client: string): boolean {
  if (answer === 'fault' || !answer?.txt?.startsWith('v=spf1 ')) return false;
  const terms = answer.txt.split(' ');
  return terms.includes('-all') && !terms.includes(`ip4:${atHome(client)}`);
}

/** RFC 7372 has the status code. */
function refusal({ recipient }: Rcpt, identity: string): Objection {
  const text = `Message rejected due to: SPF fail - not authorized (${identity})`;
  return { code: 550, text: `5.7.23 <${recipient}>: Recipient address rejected: ${text}` };
}
