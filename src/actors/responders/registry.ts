// The responders. A new one is one file and one line here.
import type { ResponderName } from '../../scenario/scenario.ts';
import { exchange } from './exchange.ts';
import { exchange2003 } from './exchange-2003.ts';
import { ezmlm } from './ezmlm.ts';
import { html } from './html.ts';
import { mailman } from './mailman.ts';
import { majordomo } from './majordomo.ts';
import type { Responder } from './responder.ts';
import { sieve } from './sieve.ts';
import { tmda } from './tmda.ts';
import { vacation } from './vacation.ts';

export const RESPONDERS = {
  sieve,
  vacation,
  exchange,
  'exchange-2003': exchange2003,
  mailman,
  majordomo,
  ezmlm,
  tmda,
  html,
} satisfies Record<ResponderName, Responder>;
