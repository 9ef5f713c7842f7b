// The dialects. A new one is one file and one line here.
import type { DialectName } from '../../scenario/scenario.ts';
import type { Dialect } from '../actor.ts';
import { exchange } from './exchange.ts';
import { exim } from './exim.ts';
import { postfix } from './postfix.ts';
import { qmail } from './qmail.ts';

export const DIALECTS = { postfix, exim, qmail, exchange } satisfies Record<DialectName, Dialect>;
