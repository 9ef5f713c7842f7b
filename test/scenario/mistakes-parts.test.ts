// What is wrong with a setting or an actor, where, what was found, what was expected: exact messages.
import { describe, expect, test } from 'vitest';
import { mistakesIn, SMALLEST } from './read.ts';

const DURATION = 'expected a duration such as 500us, 30ms, 5s, 5m, 2h or 3d';
const RATE = 'expected a rate such as 500/s, 40/min or 2/h';

/** Settings: each begins at column 19 of line 3. */
const TUNINGS: readonly (readonly [string, string])[] = [
  ['workers: 0', '28: target.tuning.workers is 0; expected a whole number from 1 to 10000'],
  [
    'errorLimit: -1',
    '31: target.tuning.errorLimit is -1; expected off or a whole number from 1 to 100000',
  ],
  [
    'victimRule: on',
    '31: target.tuning.victimRule is "on"; expected off or a map such as {reply: 554}',
  ],
  [
    'victimRule: {reply: 555}',
    '39: target.tuning.victimRule.reply is 555; expected 550, 554, 521, 450 or 421',
  ],
  [
    'victimRule: {text: "a\\r\\nb"}',
    '38: target.tuning.victimRule.text is "a\\r\\nb"; expected at most 200 printable ASCII characters',
  ],
  [
    'recipients: {table: cbd}',
    '39: target.tuning.recipients.table is "cbd"; expected memory, text, hash, cdb, lmdb, sqlite or ldap; did you mean "cdb"?',
  ],
  [
    'recipients: {wait: 8ms}',
    '19: target.tuning.recipients.table is missing; expected memory, text, hash, cdb, lmdb, sqlite or ldap',
  ],
  [
    'recipients: {table: cdb, wait: 8ms}',
    '50: target.tuning.recipients.wait: applies to the table ldap only, found the table cdb; expected no wait, or table: ldap',
  ],
  [
    'recipients: catchall',
    '31: target.tuning.recipients is "catchall"; expected catch-all or a map such as {table: cdb}; did you mean "catch-all"?',
  ],
  [
    'greylist: {delay: 0s}',
    `37: target.tuning.greylist.delay is "0s"; ${DURATION}, longer than 0s`,
  ],
  [
    'greylist: {delay: 5m, window: 5m}',
    '49: target.tuning.greylist.window: window is not longer than delay, so no retry would ever be let in; expected a longer window',
  ],
  [
    'contentFilter: {}',
    '19: target.tuning.contentFilter: the content filter neither computes nor waits; expected cpu, wait or both, or contentFilter: off',
  ],
  [
    'stress: yes',
    '27: target.tuning.stress is "yes"; expected auto, on or off; did you mean "on"?',
  ],
  [
    'checkOrder: recipient-fist',
    '31: target.tuning.checkOrder is "recipient-fist"; expected recipient-first or recipient-last; did you mean "recipient-first"?',
  ],
  [
    'senderRule: nonull',
    '31: target.tuning.senderRule is "nonull"; expected off, fqdn or no-null; did you mean "no-null"?',
  ],
  ['tls: encrypt', '24: target.tuning.tls is "encrypt"; expected off or may'],
  [
    'postfix: {master: {smtp: x}}',
    '38: target.tuning.postfix.master.smtp: not a service of master.cf; expected name/type such as smtp/inet',
  ],
  [
    'clientLimits: {}',
    '19: target.tuning.clientLimits: the limits limit nothing; expected concurrent, perMinute or both, or clientLimits: off',
  ],
  ['botFilter: deep', '30: target.tuning.botFilter is "deep"; expected off or on'],
  ['postfix: {a b: 1}', '29: target.tuning.postfix.a b: not the name of a main.cf parameter'],
  [
    'postfix: {a: "x\\ny = z"}',
    '32: target.tuning.postfix.a is "x\\ny = z"; expected a text, a number, true or false, on one line',
  ],
  [
    'edge: {link: 2Mbps}',
    '32: target.tuning.edge.link is "2Mbps"; expected a bandwidth such as 2Mbit/s; did you mean "2Mbit/s"?',
  ],
  [
    'edge: {verify: true, recipients: catch-all}',
    '34: target.tuning.edge.verify: the server in front asks the one behind it, and has recipients of its own; expected verify or recipients, not both',
  ],
  [
    'hosted: {accounts: []}',
    '38: target.tuning.hosted.accounts: empty; expected at least one account',
  ],
  [
    'edge: {}, hosted: {accounts: [a]}',
    '29: target.tuning.hosted: a server in front and a hosted service are two answers to one question; expected edge or hosted, not both',
  ],
];

describe('a wrong setting', () => {
  test.each(TUNINGS)('%s', (setting, message) => {
    const text = `${SMALLEST}target: {tuning: {${setting}}}\n`;
    expect(mistakesIn(text)).toEqual([`s.yaml:3:${message}`]);
  });
});

const KINDS =
  'expected bouncer, vacation, list-manager, challenge-response, callout, bot, harvester, slow-client or legit';

/** An actor called x, in line 3 of a block map: its own map begins at column 6. */
const ACTORS: readonly (readonly [string, ...string[]])[] = [
  ['{rate: 5/s}', `3: actors.x.kind is missing; ${KINDS}`],
  ['{kind: bouncer}', '3: actors.x.rate is missing; expected a rate such as 500/s, 40/min or 2/h'],
  [
    '{kind: bounser, rate: 5/s}',
    `13: actors.x.kind is "bounser"; ${KINDS}; did you mean "bouncer"?`,
  ],
  // The rest is judged by the kind that was meant, so that every mistake is told at once.
  [
    '{kind: bounser, rate: 5, dialects: {exim: -1}, quit: 20%}',
    `13: actors.x.kind is "bounser"; ${KINDS}; did you mean "bouncer"?`,
    `28: actors.x.rate is 5; ${RATE}; did you mean "5/s"?`,
    '48: actors.x.dialects.exim is -1; expected a weight: a number, 0 or more',
    '53: unknown key "quit" in actors.x; expected kind, rate, dialects, emptyData, concurrency, patience or retry',
  ],
  [
    '{kind: vacations, systems: {sieve: 0}}',
    '3: actors.x.rate is missing; expected a rate such as 500/s, 40/min or 2/h',
    `13: actors.x.kind is "vacations"; ${KINDS}; did you mean "vacation"?`,
    '24: actors.x.systems: the weights add up to 0; expected a weight above 0, as in {sieve: 40}',
  ],
  // Nobody knows which kind that is: whether its keys are right cannot be told.
  ['{kind: submarine, rate: 5, depth: 3}', `13: actors.x.kind is "submarine"; ${KINDS}`],
  ['{kind: 7, rate: 5}', `13: actors.x.kind is 7; ${KINDS}`],
  [
    '{kind: callout, rate: 5/s, systems: {exim: 0}, random: 1}',
    '33: actors.x.systems: the weights add up to 0; expected a weight above 0, as in {exim: 40}',
    '61: actors.x.random is 1; expected a share such as 60% (0% to 100%); did you mean "1%"?',
  ],
  // Below 1 a share is a fraction of the whole, from there on a percentage.
  ...(
    [
      ['0.5', '50%'],
      ['0.07', '7%'],
      ['0.005', '0.5%'],
      ['2', '2%'],
    ] as const
  ).map(
    ([written, meant]) =>
      [
        `{kind: callout, rate: 5/s, random: ${written}}`,
        `41: actors.x.random is ${written}; expected a share such as 60% (0% to 100%); did you mean "${meant}"?`,
      ] as const,
  ),
  ['{kind: callout, rate: 5/s, cache: on}', '40: actors.x.cache is "on"; expected native or off'],
  [
    '{kind: bot, rate: 5/s, pregreet: 120%, quits: 20%}',
    '39: actors.x.pregreet is "120%"; expected a share such as 60% (0% to 100%)',
    '45: unknown key "quits" in actors.x; expected kind, rate, pregreet, quit, pipelining, heedless, wrongHelo, garbage, known, concurrency, patience or retry; did you mean "quit"?',
  ],
  [
    '{kind: harvester, rate: 5/s, recipients: 1}',
    '47: actors.x.recipients is 1; expected a whole number from 2 to 1000',
  ],
  [
    '{kind: slow-client, rate: 5/s, every: 5}',
    `44: actors.x.every is 5; ${DURATION}, longer than 0s; did you mean "5s"?`,
  ],
  [
    '{kind: bouncer, rate: 5/s, patience: {banner: 0s, comand: 5m}}',
    `52: actors.x.patience.banner is "0s"; ${DURATION}, longer than 0s`,
    '56: unknown key "comand" in actors.x.patience; expected banner or command; did you mean "command"?',
  ],
  [
    '{kind: legit, rate: 5/s, systems: {exim: 0}, lists: 2}',
    '31: actors.x.systems: the weights add up to 0; expected a weight above 0, as in {postfix: 40}',
    '58: actors.x.lists is 2; expected a share such as 60% (0% to 100%); did you mean "2%"?',
  ],
  ['{kind: bouncer, rate: 5}', `28: actors.x.rate is 5; ${RATE}; did you mean "5/s"?`],
  ['{kind: bouncer, rate: -5/s}', `28: actors.x.rate is "-5/s"; ${RATE}`],
  [
    '{kind: bouncer, rate: {shape: rampp}}',
    '36: actors.x.rate.shape is "rampp"; expected constant, ramp, burst, decay, poisson or trace; did you mean "ramp"?',
  ],
  [
    '{kind: bouncer, rate: {to: 5/s}}',
    '22: actors.x.rate.shape is missing; expected constant, ramp, burst, decay, poisson or trace',
  ],
  [
    '{kind: bouncer, rate: {shape: ramp, to: 5/s, over: 0s}}',
    `57: actors.x.rate.over is "0s"; ${DURATION}, longer than 0s`,
  ],
  [
    '{kind: bouncer, rate: {shape: ramp, rate: 5/s, to: 5/s, over: 1s}}',
    '42: unknown key "rate" in actors.x.rate; expected shape, from, to or over',
  ],
  [
    '{kind: bouncer, rate: {shape: burst, peak: 5/s, every: 1s, for: 2s}}',
    '70: actors.x.rate.for: a burst lasts longer than the time from one to the next; expected at most every',
  ],
  ['{kind: bouncer, rate: {shape: trace, at: []}}', '47: actors.x.rate.at: the list is empty'],
  [
    '{kind: bouncer, rate: {shape: trace, at: [2s, 1s]}}',
    '52: actors.x.rate.at[1]: earlier than the time in front of it; expected times in ascending order',
  ],
  ['{kind: bouncer, rate: 5/s, retry: []}', '40: actors.x.retry: the list is empty'],
  [
    '{kind: bouncer, rate: 5/s, retry: [0s]}',
    `41: actors.x.retry[0] is "0s"; ${DURATION}, longer than 0s`,
  ],
  [
    '{kind: bouncer, rate: 5/s, retry: nativ}',
    `40: actors.x.retry is "nativ"; expected native, none, a system's schedule (postfix, exim, qmail, sendmail, exchange, gmail, yahoo, hotmail) or a list of gaps such as [5m, 10m, 20m]; did you mean "native"?`,
  ],
  [
    '{kind: bouncer, rate: 5/s, retry: postfx}',
    `40: actors.x.retry is "postfx"; expected native, none, a system's schedule (postfix, exim, qmail, sendmail, exchange, gmail, yahoo, hotmail) or a list of gaps such as [5m, 10m, 20m]; did you mean "postfix"?`,
  ],
  [
    '{kind: bouncer, rate: 5/s, emptyData: 2}',
    '44: actors.x.emptyData is 2; expected a share such as 60% (0% to 100%); did you mean "2%"?',
  ],
  [
    '{kind: bouncer, rate: 5/s, emptyData: 101%}',
    '44: actors.x.emptyData is "101%"; expected a share such as 60% (0% to 100%)',
  ],
  [
    '{kind: bouncer, rate: 5/s, dialects: {}}',
    '33: actors.x.dialects: no dialect is named; expected a weight above 0, as in {postfix: 40}',
  ],
  [
    '{kind: bouncer, rate: 5/s, dialects: {exim: 0}}',
    '33: actors.x.dialects: the weights add up to 0; expected a weight above 0, as in {postfix: 40}',
  ],
  [
    '{kind: bouncer, rate: 5/s, dialects: {exim: -1}}',
    '50: actors.x.dialects.exim is -1; expected a weight: a number, 0 or more',
  ],
  [
    '{kind: bouncer, rate: 5/s, dialects: {gmale: 1}}',
    '44: unknown key "gmale" in actors.x.dialects; expected postfix, exim, qmail, exchange, exim-2008, sendmail, exchange-2003, gmail-2008, gmail, yahoo, domino, filter-notice, virus-notice or delay-warning; did you mean "gmail"?',
  ],
  [
    '{kind: bouncer, rate: 5/s, size: 4KB}',
    '33: unknown key "size" in actors.x; expected kind, rate, dialects, emptyData, concurrency, patience or retry',
  ],
  [
    '{kind: vacation, rate: 5/s, systems: {}}',
    '34: actors.x.systems: no system is named; expected a weight above 0, as in {sieve: 40}',
  ],
  [
    '{kind: list-manager, rate: 5/s, systems: {mailman: 0, ezmlm: 0}}',
    '38: actors.x.systems: the weights add up to 0; expected a weight above 0, as in {mailman: 40}',
  ],
  [
    '{kind: challenge-response, rate: 5/s, systems: {tdma: 1}}',
    '54: unknown key "tdma" in actors.x.systems; expected tmda or html; did you mean "tmda"?',
  ],
  [
    '{kind: vacation, rate: 5/s, systems: {mailman: 1}}',
    '44: unknown key "mailman" in actors.x.systems; expected sieve, vacation, exchange or exchange-2003',
  ],
  [
    '{kind: vacation, rate: 5/s, systems: {sieve: many}}',
    '51: actors.x.systems.sieve is "many"; expected a weight: a number, 0 or more',
  ],
  [
    '{kind: vacation, rate: 5/s, dialects: {sieve: 1}}',
    '34: unknown key "dialects" in actors.x; expected kind, rate, systems, concurrency, patience or retry',
  ],
  [
    '{kind: legit, rate: 5/s, size: 4}',
    '37: actors.x.size is 4; expected a size such as 4KB or 1MiB (at least 512B); did you mean "4KB"?',
  ],
  [
    '{kind: legit, rate: 0/s}',
    '26: actors.x.rate: legitimate mail that is never sent measures nothing; expected a rate above 0/s',
  ],
  ['5/s', '6: actors.x is "5/s"; expected a map'],
];

describe('a wrong actor', () => {
  test.each(ACTORS)('%s', (actor, ...messages) => {
    const text = `name: s\nactors:\n  x: ${actor}\n  legit: {kind: legit, rate: 1/s}\n`;
    expect(mistakesIn(text)).toEqual(messages.map((message) => `s.yaml:3:${message}`));
  });
});
