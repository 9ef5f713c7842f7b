// `senderRule`: what the reverse path may look like. Judged at RCPT, as in Postfix (smtpd_delay_reject).
import type { Tuning } from '../../../tuning/tuning.ts';
import { NO_NULL } from '../../sender-rule.ts';
import type { Check } from './rcpt.ts';

/** An address literal, or a name of two labels at least. */
const FULL_DOMAIN = /@(?:\[[^\]]+\]|\w[\w-]*(?:\.\w[\w-]*)+)$/;

const SENDER_CHECKS = {
  fqdn: ({ reversePath }) =>
    reversePath === '' || FULL_DOMAIN.test(reversePath)
      ? undefined
      : {
          code: 504,
          text: `5.5.2 <${reversePath}>: Sender address rejected: need fully-qualified address`,
        },
  'no-null': ({ reversePath }) =>
    reversePath === ''
      ? {
          code: NO_NULL.code,
          text: `${NO_NULL.enhanced} <>: Sender address rejected: ${NO_NULL.text}`,
        }
      : undefined,
} satisfies Record<string, Check>;

/** Undefined where every sender may speak. */
export function senderCheck(rule: Tuning['senderRule']): Check | undefined {
  return rule === undefined || rule === 'off' ? undefined : SENDER_CHECKS[rule];
}
