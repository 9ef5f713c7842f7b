// Bounces as Exim built them before 4.86: the same head and notice as later, in one plain text, with
// the original below a line that says so.

import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { pickZone } from '../mail-date.ts';
import { composePlain } from '../mime.ts';
import { eximRetries } from '../retry-schedule.ts';
import { exim } from './exim.ts';
import { EXIM_FAILED, eximHead, eximId, eximNotice, eximReturned } from './exim-parts.ts';

const VERSION = '4.69';
const BREAK = '------ This is a copy of the message, including all the headers. ------';

export const exim2008: Dialect = {
  name: 'exim-2008',
  // Of its time: no BDAT yet.
  habit: { ...exim.habit, chunking: false },
  retry: exim.retry,
  mailRetry: eximRetries(),
  build: (bounce, random) => Promise.resolve(render(bounce, random)),
};

function render(bounce: Bounce, random: Random): Buffer {
  const zone = pickZone(random);
  const head = eximHead({
    bounce,
    zone,
    id: eximId(bounce.date, random),
    version: VERSION,
    subject: EXIM_FAILED,
    marks: [`X-Failed-Recipients: ${bounce.failedRecipient}`],
    mime: [],
  });
  const lines = [...eximNotice(bounce, random), BREAK, ''];
  return composePlain(head, lines, eximReturned(bounce, zone, VERSION, random));
}
