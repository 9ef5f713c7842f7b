// People whose mail systems let unknown senders prove themselves first: the victim is asked to confirm the
// forged spam. At most fifty times a day for each of them (TMDA's MAX_AUTORESPONSES_PER_DAY; taken for
// all here).

import { CHALLENGE_SYSTEMS } from '../scenario/scenario.ts';
import { PEOPLE, person } from './responders/correspondents.ts';
import { respondingKind } from './responding.ts';

const DAY_MS = 86_400_000;

export const challengeResponse = respondingKind({
  kind: 'challenge-response',
  systems: CHALLENGE_SYSTEMS,
  correspondent: person,
  correspondents: PEOPLE,
  quota: { limit: 50, periodMs: DAY_MS },
});
