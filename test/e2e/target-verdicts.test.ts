// What a real Postfix decides about clients before any recipient is named: too many connections, speaking
// before one's turn. Both sides count the same, whatever it decides. Counts only.
import { describe, expect, it } from 'vitest';
import { BOUNCERS, LEGIT, tinyScenario } from './cli/tiny-scenario.ts';
import { reasonToSkip } from './postfix-lab/laboratory-run.ts';
import { playedOnPostfix } from './postfix-lab/played.ts';

const skip = reasonToSkip();
if (skip !== undefined) console.log(`target-verdicts: skipped: ${skip}`);

const SERVICES = {
  '25/inet': '25 inet n - n - 1 postscreen',
  'smtpd/pass': 'smtpd pass - - n - - smtpd',
  'dnsblog/unix': 'dnsblog unix - - n - 0 dnsblog',
  'tlsproxy/unix': 'tlsproxy unix - - n - 0 tlsproxy',
};
const screened = (action: string) => ({
  postfix: {
    master: SERVICES,
    postscreen_access_list: '',
    postscreen_greet_wait: '1s',
    postscreen_greet_action: action,
  },
});

const SCENARIO = tinyScenario({
  phases: { warmup: '0s', calm: '500ms', storm: '1500ms', recovery: '500ms', drain: '6s' },
  actors: {
    legit: LEGIT,
    bouncers: BOUNCERS,
    bots: { kind: 'bot', rate: '40/s', pregreet: '50%' },
    slow: { kind: 'slow-client', rate: '1/s' },
  },
  variants: {
    limited: { clientLimits: { concurrent: 1, perMinute: 2 } },
    refusing: screened('enforce'),
    dropping: screened('drop'),
  },
});

describe.skipIf(skip !== undefined)('a Postfix that judges its clients', () => {
  const played = playedOnPostfix(SCENARIO);

  it.each([
    ['limited', 'sessions refused with 421 at the greeting'],
    ['refusing', 'recipients refused with 550'],
    ['dropping', 'sessions refused with 521 at the greeting'],
  ])('%s: both sides have the same books, with %s', (variant, refusal) => {
    const { books } = played().of(variant);
    for (const { what, ours, theirs } of books) expect([what, ours]).toEqual([what, theirs]);
    expect(books.find(({ what }) => what === refusal)?.ours).toBeGreaterThan(5);
  });

  it('tells its verdicts by name, where it has any', () => {
    const { of, figure } = played();
    expect(figure('limited', 'target.refused_rate')).toBeGreaterThan(5);
    expect(figure('limited', 'target.postscreen.pregreet')).toBe(0);
    for (const variant of ['refusing', 'dropping']) {
      expect(figure(variant, 'target.postscreen.pregreet')).toBeGreaterThan(5);
      expect(figure(variant, 'target.postscreen.pass_new')).toBeGreaterThan(5);
      expect(figure(variant, 'target.refused_rate')).toBe(0);
    }
    expect(of('limited').causes?.['client limit']).toBeGreaterThan(5);
    expect(of('refusing').causes?.['protocol error']).toBeGreaterThan(5);
    expect(of('dropping').causes?.['spoke too early']).toBeGreaterThan(5);
  });
});
