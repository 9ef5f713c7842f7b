// `greylist`: defers at once; a later check that would reject for good is not asked (unlike postgrey's way).
import { nowMs } from '../../../clock.ts';
import { Greylist, type GreylistOptions } from '../../../world/greylist.ts';
import type { Check } from './rcpt.ts';

export function greylisted(options: GreylistOptions): Check {
  const list = new Greylist(options);
  return ({ client, reversePath, recipient }) =>
    list.check(client, reversePath, recipient, nowMs()) === 'defer'
      ? {
          code: 450,
          text: `4.2.0 <${recipient}>: Recipient address rejected: Greylisted, try again later`,
        }
      : undefined;
}
