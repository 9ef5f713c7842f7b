// Who got through, by kind of sender: the counts behind the section, and what each format shows of them.
import { describe, expect, it } from 'vitest';
import { stormStops } from '../../src/report/effort.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { ATTACK_FATES, MAIL_FATES, senderGroups } from '../../src/report/senders.ts';
import { study } from '../../src/report/study.ts';
import type { LedgerRow, Metric, OutcomeRow, Result } from '../../src/result/result.ts';
import { BEHAVIOURS, type Behaviour, sampleInput, sampleResult } from './sample-result.ts';

const [STOCK] = BEHAVIOURS as readonly [Behaviour];

function outcome(
  actor: string,
  state: OutcomeRow['state'],
  sessions: number,
  more: Partial<OutcomeRow> = {},
): OutcomeRow {
  return { actor, phase: 'storm', stage: 'rcpt', state, sessions, replies: {}, ...more };
}

function counts(actor: string, values: Readonly<Record<string, number>>): Metric[] {
  return Object.entries(values).map(([name, value]) => ({
    ...{ phase: 'run', actor, metric: `actor.${actor}.${name}`, value, unit: 'count' },
  }));
}

function mail(state: LedgerRow['state'], attempts: number, more: Partial<LedgerRow> = {}) {
  const row: LedgerRow = { id: 'x', phase: 'storm', dueAt: 20, state, attempts };
  return { ...row, ...more };
}

const MIXED: Pick<Result['runs'][number], 'outcomes' | 'metrics' | 'ledger'> = {
  outcomes: [
    outcome('bots', 'deferred', 90, { replies: { '450 4.2.0': 90 } }),
    outcome('bots', 'accepted', 20, { stage: 'body' }),
    outcome('bots', 'accepted', 5, { stage: 'body', phase: 'recovery' }),
    outcome('bots', 'rejected', 10, { stage: 'data' }),
    outcome('bots', 'dropped', 3, { stage: 'banner' }),
    outcome('bots', 'timedOut', 2, { stage: 'helo' }),
    outcome('bots', 'unsent', 4, { stage: 'connect' }),
    outcome('bots', 'rejected', 1000, { phase: 'warmup' }),
    outcome('harvesters', 'deferred', 8, { replies: { '421 4.7.0': 6, '450 4.2.0': 2 } }),
    outcome('callouts', 'accepted', 30),
    outcome('callouts', 'withheld', 12, { stage: 'connect' }),
    outcome('callouts', 'averted', 7, { stage: 'connect' }),
    outcome('callouts', 'rejected', 10),
  ],
  metrics: [
    ...counts('bots', { sessions: 130, amplification: 1.3, recipients: 130, tls: 0 }),
    ...counts('harvesters', { sessions: 8, amplification: 1, recipients: 160, tls: 0 }),
    ...counts('callouts', { sessions: 40, amplification: 2, recipients: 40, tls: 20 }),
  ],
  ledger: [
    ...[mail('delivered', 1), mail('delivered', 1), mail('delivered', 3), mail('late', 2)],
    ...[mail('rejected', 1, { bounce: true }), mail('lost', 2, { bounce: true })],
    ...[mail('delivered', 1, { phase: 'warmup' }), mail('unsent', 0)],
  ],
};

/** One run of one variant with several kinds of senders; `repeats` alike. */
function mixed(changes: Partial<typeof MIXED> = {}, repeats = 1): Result {
  const result = sampleResult([STOCK], repeats);
  const actors = [
    { name: 'legit', kind: 'legit', rate: '5/s', planned: 5 },
    { name: 'bots', kind: 'bot', rate: '5/s', planned: 100 },
    { name: 'harvesters', kind: 'harvester', rate: '5/s', planned: 8 },
    { name: 'callouts', kind: 'callout', rate: '5/s', planned: 32 },
  ];
  return { ...result, actors, runs: result.runs.map((run) => ({ ...run, ...MIXED, ...changes })) };
}

const groupsOf = (result: Result) => senderGroups(study(sampleInput(result)));
function rowOf(result: Result, name: string) {
  const row = groupsOf(result).find((group) => group.name === name)?.rows[0];
  if (!row) throw new Error(`nothing is told of ${name}`);
  return row;
}
const named = (fates: readonly { readonly name: string }[], numbers: readonly number[]) =>
  Object.fromEntries(fates.map(({ name }, i) => [name, numbers[i]]).filter(([, n]) => n !== 0));

describe('the kinds of senders', () => {
  it('are the attackers as the scenario has them, then real mail and genuine bounces', () => {
    expect(groupsOf(mixed()).map(({ name }) => name)).toEqual([
      ...['bots', 'harvesters', 'callouts', 'real mail', 'genuine bounces'],
    ]);
  });

  it('are the attacker alone where there is nothing to weigh it against', () => {
    expect(groupsOf(sampleResult()).map(({ name }) => name)).toEqual(['bouncers']);
  });

  it('count each session once, without the warm-up, and with what was tried again later', () => {
    const row = rowOf(mixed(), 'bots');
    expect(named(ATTACK_FATES, row.counts)).toEqual({
      ...{ rejected: 10, 'hung up on': 3, deferred: 90, 'timed out': 2, accepted: 25 },
      'not played out': 4,
    });
    expect(row.total).toBe(134);
  });

  it('tell a server that hangs up from one that asks to come back', () => {
    const { counts } = rowOf(mixed(), 'harvesters');
    expect(named(ATTACK_FATES, counts)).toEqual({ 'hung up on': 6, deferred: 2 });
  });

  it.each([
    ['slow-client', { 'hung up on': 2, 'held its slot to the end': 8, 'not played out': 3 }],
    ['bot', { 'hung up on': 2, 'not played out': 11 }],
  ])('tell of a %s that the end of the run cut what that means', (kind, fates) => {
    const outcomes = [
      outcome('holders', 'cut', 8),
      outcome('holders', 'unsent', 3),
      outcome('holders', 'dropped', 2),
    ];
    const result = mixed({ outcomes });
    const actors = [{ name: 'holders', kind, rate: '5/s', planned: 13 }] as const;
    const { counts } = rowOf({ ...result, actors }, 'holders');
    expect(named(ATTACK_FATES, counts)).toEqual(fates);
  });

  it('count what a sender forbade itself apart, and what an SPF record averted', () => {
    const row = rowOf(mixed(), 'callouts');
    expect(row).toMatchObject({ total: 40, withheld: 12, averted: 7 });
    // Nor did they end at the server's door.
    const { runs, actors } = mixed();
    expect(stormStops(runs, actors)[0]).toBe(3);
  });

  it.each([
    // 25 of 100 originals in 130 sessions.
    ['bots', { through: 0.25, attempts: 1.3, asked: 1, tls: 0 }],
    ['harvesters', { through: 0, attempts: 1, asked: 20, tls: 0 }],
    // It sends nothing: 30 of 40 sessions.
    ['callouts', { through: 0.75, attempts: 2, asked: 1, tls: 0.5 }],
    ['real mail', { through: 0.75, attempts: 7 / 4 }],
    ['genuine bounces', { through: 0, attempts: 1.5 }],
  ])('have their shares: %s', (name, shares) => {
    expect(rowOf(mixed(), name)).toMatchObject(shares);
    expect(rowOf(mixed({}, 3), name)).toMatchObject(shares);
  });

  it('have the stage at which most were stopped', () => {
    expect(rowOf(mixed(), 'bots').decided).toEqual({ stop: 'RCPT TO', share: 90 / 103 });
    const quiet = mixed({ outcomes: [outcome('bots', 'accepted', 1)] });
    expect(rowOf(quiet, 'bots').decided).toBeUndefined();
  });

  it('have no shares where the figures are missing', () => {
    const row = rowOf(mixed({ metrics: [] }), 'bots');
    expect(row).toMatchObject({ through: undefined, attempts: undefined, tls: undefined });
    expect(row.total).toBe(134);
  });

  it('tell of each message of real mail what became of it', () => {
    expect(named(MAIL_FATES, rowOf(mixed(), 'real mail').counts)).toEqual({
      ...{ 'at the first attempt': 2, 'after retries': 1, 'on its way at the end': 1 },
    });
    expect(named(MAIL_FATES, rowOf(mixed(), 'genuine bounces').counts)).toEqual({
      ...{ rejected: 1, lost: 1 },
    });
  });
});

describe('the section of the page', () => {
  const sectionOf = (result: Result) =>
    /<section id="senders">[\s\S]*?<\/section>/.exec(renderHtml(sampleInput(result)))?.[0] ?? '';

  it('has a bar for each kind and variant, described in words', () => {
    const section = sectionOf(mixed());
    expect(section.match(/<svg[^>]+role="img"/g)).toHaveLength(5);
    expect(section).toContain('40 in all: rejected 25\u00a0%, accepted 75\u00a0%.');
    expect(section).toContain('withheld by its own rule');
    expect(section).toContain('averted by the SPF record');
    expect(section).toContain('recipients asked per session');
  });

  it('leaves out the columns that nobody fills', () => {
    const section = sectionOf(sampleResult());
    expect(section).not.toContain('withheld');
    expect(section).not.toContain('averted');
    expect(section).not.toContain('recipients asked');
    expect(section).not.toContain('Real mail');
  });

  it('shows the best of many variants, and says so', () => {
    const many = Array.from({ length: 60 }, (_, i) => ({ ...STOCK, name: `v${i}` }));
    const result = { ...sampleResult(many), actors: mixed().actors };
    const runs = result.runs.map((run) => ({ ...run, ...MIXED }));
    const section = sectionOf({ ...result, runs });
    expect(section.match(/<svg[^>]+role="img"/g)).toHaveLength(90);
    expect(section).toContain('The first 18 of 60 variants.');
  });

  it('is left out where no attacker had a session', () => {
    expect(sectionOf(mixed({ outcomes: [] }))).toBe('');
  });
});

describe('the summary for a pull request', () => {
  it('tells who got through on one line', () => {
    const [line = ''] = renderMarkdown(sampleInput(mixed()))
      .split('\n')
      .filter((text) => text.includes('Who got through'));
    const cells = [...line.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell);
    expect(cells).toEqual([
      ...['bots (bot)', '25\u00a0%', 'harvesters (harvester)', '0\u00a0%'],
      ...[
        'callouts (callout)',
        '75\u00a0%',
        'real mail',
        '75\u00a0%',
        'genuine bounces',
        '0\u00a0%',
      ],
    ]);
  });

  it('has nothing to tell of one attacker alone', () => {
    expect(renderMarkdown(sampleInput())).not.toContain('Who got through');
  });

  it('keeps to 30 lines with everything that it can have', () => {
    const warnings = Array.from({ length: 9 }, (_, i) => ({
      ...{ code: `w${i}`, text: `warning ${i}`, fatal: false },
    }));
    const many = Array.from({ length: 20 }, (_, i) => ({ ...STOCK, name: `v${i}` }));
    const result = { ...sampleResult(many), actors: mixed().actors };
    const runs = result.runs.map((run) => ({ ...run, ...MIXED, warnings }));
    const text = renderMarkdown(sampleInput({ ...result, runs }));
    expect(text).toContain('Who got through');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  });
});
