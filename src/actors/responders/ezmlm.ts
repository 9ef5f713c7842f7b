// ezmlm's refusals: its programs end with an error, and what the poster gets is the bounce that
// qmail makes of that, null sender and all.

import type { Random } from '../../plan/random.ts';
import { qmail } from '../dialects/qmail.ts';
import { pick } from '../draw.ts';
import type { Answer, Responder } from './responder.ts';

const REFUSALS = [
  { code: 550, enhanced: '5.7.2', text: 'ezmlm-gate: fatal: this list is for its subscribers' },
  { code: 550, enhanced: '5.7.0', text: 'ezmlm-reject: fatal: no commands in the subject, please' },
] as const;

export const ezmlm: Responder = {
  name: 'ezmlm',
  habit: qmail.habit,
  retry: qmail.retry,
  reversePath: () => '',
  build,
};

function build({ sender, victim, original, date }: Answer, random: Random): Promise<Buffer> {
  return qmail.build(
    {
      reportingHost: sender.host,
      // Found out by the host itself, not by one behind it.
      remoteHost: sender.host,
      failedRecipient: sender.address,
      reply: pick(random, REFUSALS),
      victim,
      original,
      date,
    },
    random,
  );
}
