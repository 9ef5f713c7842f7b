// The dialects. A new one is one file and one line here.
import type { DialectName } from '../../scenario/scenario.ts';
import type { Dialect } from '../actor.ts';
import { delayWarning } from './delay-warning.ts';
import { domino } from './domino.ts';
import { exchange } from './exchange.ts';
import { exchange2003 } from './exchange-2003.ts';
import { exim } from './exim.ts';
import { exim2008 } from './exim-2008.ts';
import { filterNotice } from './filter-notice.ts';
import { gmail } from './gmail.ts';
import { gmail2008 } from './gmail-2008.ts';
import { postfix } from './postfix.ts';
import { qmail } from './qmail.ts';
import { sendmail } from './sendmail.ts';
import { virusNotice } from './virus-notice.ts';
import { yahoo } from './yahoo.ts';

export const DIALECTS = {
  postfix,
  exim,
  qmail,
  exchange,
  'exim-2008': exim2008,
  sendmail,
  'exchange-2003': exchange2003,
  'gmail-2008': gmail2008,
  gmail,
  yahoo,
  domino,
  'filter-notice': filterNotice,
  'virus-notice': virusNotice,
  'delay-warning': delayWarning,
} satisfies Record<DialectName, Dialect>;
