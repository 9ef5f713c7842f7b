// People who are away: their mail systems answer the forged spam in their name, each of them once a week
// to the same address (RFC 3834 §2, RFC 5230 §4.1; vacation(1) has the same week).

import { VACATION_SYSTEMS } from '../scenario/scenario.ts';
import { PEOPLE, person } from './responders/correspondents.ts';
import { respondingKind } from './responding.ts';

const DAY_MS = 86_400_000;

export const vacation = respondingKind({
  kind: 'vacation',
  systems: VACATION_SYSTEMS,
  correspondent: person,
  correspondents: PEOPLE,
  quota: { limit: 1, periodMs: 7 * DAY_MS },
});
