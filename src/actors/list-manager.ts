// Mailing lists that got the forged spam: their managers tell the victim that it was held, refused or not
// understood. Each list writes at most ten times a day to the same address (Mailman's
// MAX_AUTORESPONSES_PER_DAY; taken for all here).

import { LIST_SYSTEMS } from '../scenario/scenario.ts';
import { MAILING_LISTS, mailingList } from './responders/correspondents.ts';
import { respondingKind } from './responding.ts';

const DAY_MS = 86_400_000;

export const listManager = respondingKind({
  kind: 'list-manager',
  systems: LIST_SYSTEMS,
  correspondent: mailingList,
  correspondents: MAILING_LISTS,
  quota: { limit: 10, periodMs: DAY_MS },
});
