// The stages that judge a recipient, in the order that the tuning gives them.
import { EXIT, UserError } from '../../../errors.ts';
import type { LocalNames } from '../../../world/names/local-names.ts';
import type { RecipientLookup } from '../../../world/recipients/lookup.ts';
import type { Site } from '../../target.ts';
import type { Settings } from '../settings.ts';
import { greylisted } from './greylisting.ts';
import type { Check, CountedCheck } from './rcpt.ts';
import { knownRecipient } from './recipient.ts';
import { ownDomain } from './relay.ts';
import { senderCheck } from './sender.ts';
import { spf } from './spf.ts';
import type { StageBook } from './stage-book.ts';
import { type Verifier, verified } from './verify.ts';
import { victim } from './victim.ts';

/** As Postfix has them: the victim's rule before all that is asked of others (see postfix/tuning-settings.ts). */
export function recipientStages(
  site: Omit<Site, 'sink'>,
  settings: Settings,
  parts: {
    readonly recipients: RecipientLookup;
    readonly names: LocalNames | undefined;
    /** Asks the server behind, in place of a look-up. */
    readonly verifier: Verifier | undefined;
  },
  book: StageBook,
): CountedCheck[] {
  const { senderRule, victimRule, greylist, checkOrder } = settings;
  const stages: CountedCheck[] = [];
  const add = (name: string, check: Check | undefined | false): void => {
    if (check) stages.push({ count: book.add(name), check });
  };
  const { verifier } = parts;
  const lookUp = (): void => {
    if (verifier) add('verify', verified(verifier));
    else add('recipient', knownRecipient(parts.recipients));
  };
  add('sender', senderCheck(senderRule));
  add('victim', victimRule && victim(site.victim, victimRule));
  add('relay', ownDomain(site.domain));
  if (checkOrder === 'recipient-first') lookUp();
  add('spf', settings.spf && spf(needNames(parts.names)));
  add('greylist', greylist && greylisted(greylist));
  if (checkOrder === 'recipient-last') lookUp();
  return stages;
}

/** @throws UserError where nobody has made the world's names. */
export function needNames(names: LocalNames | undefined): LocalNames {
  if (names) return names;
  throw new UserError('spf, reverseLookup and block lists need the names of a simulated world', {
    exitCode: EXIT.usage,
    hint: 'They belong to a run: play a scenario.',
  });
}
