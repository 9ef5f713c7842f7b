// The ledger: what is said of a message after attempts and arrivals in any order.
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../src/record/ledger.ts';
import type { EntryState } from '../../src/record/ledger-page.ts';
import type { EndState } from '../../src/smtp/stage.ts';
import { batchOf, LEGIT, smallPlan } from './rows.ts';

const { spans: SPANS } = smallPlan();
const ID = '0-7';

interface Attempt {
  readonly state: EndState;
  readonly settled?: boolean;
  readonly recipients?: Partial<{ all: number; dead: number; taken: number; denied: number }>;
}
type Event = Attempt | { readonly arrivesAt: number; readonly recipients?: number };

function ledgerAfter(events: readonly Event[], hasSink = true): Ledger {
  const ledger = new Ledger(SPANS, hasSink);
  let attempt = 0;
  for (const event of events) {
    if ('arrivesAt' in event) ledger.arrived(ID, event.arrivesAt, event.recipients);
    else {
      ledger.attempted(rowOf(event, attempt), 0);
      attempt += 1;
    }
  }
  return ledger;
}

function rowOf(event: Attempt, attempt: number): Float64Array {
  const { state, settled = state === 'accepted' || state === 'rejected' } = event;
  const taken = state === 'accepted' ? 1 : 0;
  const { all, dead, denied, ...rest } = { all: 1, dead: 0, taken, denied: 0, ...event.recipients };
  const { rows } = batchOf([
    {
      actor: LEGIT,
      index: 7,
      attempt,
      state,
      stage: 'rcpt',
      intended: 1400,
      ended: 1600,
      retry: settled ? 'none' : 'within',
      columns: { recipients: all, dead, denied, ...rest },
    },
  ]);
  return rows;
}

function entryAfter(events: readonly Event[], hasSink = true) {
  const entry = ledgerAfter(events, hasSink).get(ID);
  if (!entry) throw new Error('no entry');
  return entry;
}

const ACCEPTED = { state: 'accepted' } as const;
const DEFERRED = { state: 'deferred' } as const;
const UNSENT = { state: 'unsent' } as const;

describe('a message', () => {
  it.each([
    ['accepted and seen at the sink', [ACCEPTED, { arrivesAt: 1700 }], 'delivered'],
    [
      'seen at the sink before its attempt is reported',
      [{ arrivesAt: 1590 }, ACCEPTED],
      'delivered',
    ],
    ['accepted and never seen', [ACCEPTED], 'lost'],
    ['rejected', [{ state: 'rejected' }], 'rejected'],
    ['deferred with a retry to come', [DEFERRED], 'late'],
    ['deferred, then rejected', [DEFERRED, { state: 'rejected' }], 'rejected'],
    ['deferred, then accepted and seen', [DEFERRED, ACCEPTED, { arrivesAt: 1900 }], 'delivered'],
    ['given up after a deferral', [{ state: 'deferred', settled: true }], 'lost'],
    ['given up after a time-out', [{ state: 'timedOut', settled: true }], 'lost'],
    ['cut off by the end of the run', [{ state: 'cut' }], 'late'],
    ['timed out, yet seen at the sink', [{ state: 'timedOut' }, { arrivesAt: 1900 }], 'delivered'],
    [
      'seen, though a second attempt is rejected',
      [{ arrivesAt: 1 }, DEFERRED, { state: 'rejected' }],
      'delivered',
    ],
    ['never tried', [UNSENT], 'unsent'],
    ['deferred, with no room for its retry', [DEFERRED, UNSENT], 'late'],
  ] satisfies readonly (readonly [string, readonly Event[], EntryState])[])(
    '%s is told as such',
    (_, events, state) => {
      expect(entryAfter(events).state).toBe(state);
    },
  );

  it('without a sink has arrived with the 250 after its final dot', () => {
    expect(entryAfter([ACCEPTED], false)).toMatchObject({ state: 'delivered', deliveredMs: 1600 });
  });

  it('has its first arrival as its delivery, further ones as copies', () => {
    const late = entryAfter([ACCEPTED, { arrivesAt: 1700 }, { arrivesAt: 1800 }]);
    expect(late).toMatchObject({ deliveredMs: 1700, arrived: 2 });
  });

  it('that arrived twice before its attempt is reported is a duplicate, too', () => {
    const early = entryAfter([{ arrivesAt: 1510 }, { arrivesAt: 1520 }, ACCEPTED]);
    expect(early).toMatchObject({ deliveredMs: 1510, arrived: 2 });
  });

  it('counts attempts that were made, not those that found no room', () => {
    expect(entryAfter([UNSENT]).attempts).toBe(0);
    expect(entryAfter([DEFERRED, DEFERRED, ACCEPTED]).attempts).toBe(3);
  });

  it('belongs to the phase in which it was first due', () => {
    expect(entryAfter([ACCEPTED]).phase).toBe('calm');
  });
});

it('mail without an id of ours is counted and enters nothing', () => {
  const ledger = new Ledger(SPANS, true);
  for (const id of [undefined, 'none', '0-', '-7', '0-7-1', '0-07']) ledger.arrived(id, 5);
  expect(ledger.strangers).toBe(6);
  expect(ledger.size).toBe(0);
});

describe('a message to three, one of whom has left', () => {
  const three = (taken: number, denied: number) => ({
    recipients: { all: 3, dead: 1, taken, denied },
  });
  const taken = { ...ACCEPTED, ...three(2, 1) };
  const half = { ...ACCEPTED, ...three(1, 1), settled: false };
  const rest = { ...ACCEPTED, recipients: { all: 3, dead: 1, taken: 1, denied: 0 } };

  it.each<readonly [string, readonly Event[], EntryState]>([
    ['arrived for both others', [taken, { arrivesAt: 1700, recipients: 2 }], 'delivered'],
    [
      'arrived for both, one by one',
      [taken, { arrivesAt: 1700 }, { arrivesAt: 1800 }],
      'delivered',
    ],
    [
      'arrived before its attempt is reported',
      [{ arrivesAt: 1700, recipients: 2 }, taken],
      'delivered',
    ],
    ['arrived for one of them only', [taken, { arrivesAt: 1700 }], 'lost'],
    ['taken for one, the other to come again', [half, { arrivesAt: 1700 }], 'late'],
    [
      'taken for one, and later for the other',
      [half, { arrivesAt: 1700 }, rest, { arrivesAt: 2000 }],
      'delivered',
    ],
    [
      'taken for one, the other refused for good',
      [{ ...ACCEPTED, ...three(1, 2) }, { arrivesAt: 1700 }],
      'rejected',
    ],
    [
      'taken for one, the other given up',
      [half, { arrivesAt: 1700 }, { state: 'timedOut', settled: true, ...three(0, 0) }],
      'lost',
    ],
    ['refused for all', [{ state: 'rejected', ...three(0, 3) }], 'rejected'],
  ])('%s is told so', (_what, events, state) => {
    expect(entryAfter(events).state).toBe(state);
  });

  it('has arrived when the last of them has it', () => {
    expect(entryAfter([taken, { arrivesAt: 1700 }, { arrivesAt: 1800 }])).toMatchObject({
      deliveredMs: 1800,
    });
    const noSink = entryAfter([{ ...ACCEPTED, ...three(1, 1), settled: false }, rest], false);
    expect(noSink).toMatchObject({ state: 'delivered', arrived: 2 });
  });
});
