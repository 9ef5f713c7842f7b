// Dialogues that every target must answer alike: the embedded server (embedded/dialogues.test.ts) and a
// real Postfix (e2e/postfix-dialogues.test.ts) are held against the same lines.
import type { ClientChoice } from '../../src/scenario/scenario.ts';
import type { TargetTotals } from '../../src/target/target.ts';
import type { Tuning } from '../../src/tuning/tuning.ts';

export const DOMAIN = 'target.test';
export const VICTIM = 'victim@target.test';
export const KNOWN = 'known@target.test';

/** What one client says: each line after the reply to the one before; `''` waits for a reply only. */
export interface Said {
  /** Sent with the connection, in bytes of latin1. */
  readonly preface?: string;
  readonly lines: readonly string[];
}

export interface Dialogue {
  readonly title: string;
  readonly tuning: Tuning;
  readonly client: ClientChoice;
  /** One after the other. */
  readonly talks: readonly Said[];
  /** To the last of them, from the banner on, until the connection is closed. */
  readonly replies: readonly RegExp[];
  /** The target's own account of all of them. */
  readonly totals: Partial<TargetTotals>;
}

const HELLO = ['EHLO mx.isp.example'];
const OK = /^250/;
const BYE = /^221/;
const BANNER = /^220/;
const UNKNOWN = /^550 5\.1\.1 <u@target\.test>: Recipient address rejected: User unknown/;
const TOO_MANY = /^421 4\.7\.0 \S+ Error: too many errors$/;
const GREYLISTED = /^450 4\.2\.0 <known@target\.test>: Recipient address rejected: Greylisted/;
const NO_NULL =
  /^550 5\.7\.1 <>: Sender address rejected: mail from the null sender is not accepted here$/;
const NOT_FULL =
  /^504 5\.5\.2 <root@localhost>: Sender address rejected: need fully-qualified address$/;

const mail = (sender: string) => `MAIL FROM:<${sender}>`;
const rcpt = (recipient: string) => `RCPT TO:<${recipient}>`;
const say = (...lines: string[]): Said => ({ lines: [...HELLO, ...lines] });

/** Of one client, at its own address. */
function dialogue(
  title: string,
  tuning: Tuning,
  lines: readonly string[],
  replies: readonly RegExp[],
  rcptRejects: Readonly<Record<string, number>>,
): Dialogue {
  return {
    title,
    tuning,
    client: 'address',
    talks: [say(...lines)],
    replies: [BANNER, OK, ...replies],
    totals: { sessions: 1, lostAfterConnect: 0, rcptRejects, warnings: [] },
  };
}

const SENDERS: readonly Dialogue[] = [
  dialogue(
    'no-null refuses the null sender at RCPT, and takes others',
    { senderRule: 'no-null' },
    [mail(''), rcpt(KNOWN), 'RSET', mail('double-bounce@mx.isp.example'), rcpt(KNOWN), 'QUIT'],
    [OK, NO_NULL, OK, OK, OK, BYE],
    { 550: 1 },
  ),
  dialogue(
    'fqdn refuses a sender without a full domain at RCPT, and takes the null one',
    { senderRule: 'fqdn' },
    [mail('root@localhost'), rcpt(KNOWN), 'RSET', mail(''), rcpt(KNOWN), 'QUIT'],
    [OK, NOT_FULL, OK, OK, OK, BYE],
    { 504: 1 },
  ),
  ...(
    [
      ['u@[10.0.0.1]', OK],
      ['u@a_b.example', OK],
      ['u@1.example', OK],
      ['u@host.', /^504 5\.5\.2 <u@host\.>/],
    ] as const
  ).map(([sender, reply]) =>
    dialogue(
      `fqdn judges ${sender}`,
      { senderRule: 'fqdn' },
      [mail(sender), rcpt(KNOWN), 'QUIT'],
      [OK, reply, BYE],
      reply === OK ? {} : { 504: 1 },
    ),
  ),
  dialogue(
    'a sender rule speaks before the victim rule',
    { senderRule: 'no-null', victimRule: { reply: 521, text: 'go away' } },
    [mail(''), rcpt(VICTIM), 'RSET', mail('a@isp.example'), rcpt(VICTIM)],
    [OK, NO_NULL, OK, OK, /^521 5\.7\.1 .*go away$/],
    { 521: 1, 550: 1 },
  ),
  dialogue(
    'a sender rule speaks before relaying is denied, and before the greylist',
    { senderRule: 'no-null', greylist: { delayMs: 60_000, windowMs: 120_000 } },
    [mail(''), rcpt('x@elsewhere.example'), rcpt(KNOWN), 'QUIT'],
    [OK, NO_NULL, NO_NULL, BYE],
    { 550: 2 },
  ),
];

const LIMITS: readonly Dialogue[] = [
  dialogue(
    'an error limit hangs up at once, without waiting for another command',
    { errorLimit: 2 },
    [mail(''), rcpt('u@target.test'), rcpt('u@target.test')],
    [OK, UNKNOWN, UNKNOWN, TOO_MANY],
    { 550: 2 },
  ),
  dialogue(
    'an error limit drops what was sent ahead',
    { errorLimit: 2 },
    [
      `${mail('')}\r\n${rcpt('u@target.test')}\r\n${rcpt('u@target.test')}\r\n${rcpt(KNOWN)}\r\nDATA`,
      '',
      '',
      '',
    ],
    [OK, UNKNOWN, UNKNOWN, TOO_MANY],
    { 550: 2 },
  ),
  dialogue(
    'an error limit counts every error, and not the commands between them',
    { errorLimit: 3 },
    ['NONSENSE', 'NOOP', 'DATA', 'NOOP', mail('a@isp.example'), rcpt('u@target.test')],
    [/^50[02]/, OK, /^503/, OK, OK, UNKNOWN, TOO_MANY],
    { 550: 1 },
  ),
  dialogue(
    'an error limit counts deferrals',
    { errorLimit: 1, greylist: { delayMs: 60_000, windowMs: 120_000 } },
    [mail('a@isp.example'), rcpt(KNOWN)],
    [OK, GREYLISTED, TOO_MANY],
    { 450: 1 },
  ),
  dialogue(
    'an error limit begins anew after a message',
    { errorLimit: 2 },
    [
      mail('a@isp.example'),
      rcpt('u@target.test'),
      rcpt(KNOWN),
      'DATA',
      'Subject: x\r\n\r\nx\r\n.',
      mail('a@isp.example'),
      rcpt('u@target.test'),
      'QUIT',
    ],
    [OK, UNKNOWN, OK, /^354/, OK, OK, UNKNOWN, BYE],
    { 550: 2 },
  ),
  dialogue(
    'without another order the greylist comes before the look-up',
    { greylist: { delayMs: 60_000, windowMs: 120_000 } },
    [mail('a@isp.example'), rcpt('u@target.test'), 'QUIT'],
    [OK, /^450 4\.2\.0/, BYE],
    { 450: 1 },
  ),
];

export const proxy1 = (client: string): string => `PROXY TCP4 ${client} 10.77.0.1 4000 25\r\n`;
export function proxy2(client: string, command = 0x21): string {
  const addresses = [...client.split('.').map(Number), 10, 77, 0, 1, 0x0f, 0xa0, 0, 25];
  const header = [command, 0x11, 0, addresses.length, ...addresses];
  return `\r\n\r\n\0\r\nQUIT\n${Buffer.from(header).toString('latin1')}`;
}

const MESSAGE = [mail('a@isp.example'), rcpt(KNOWN), 'QUIT'];
/** Each client's way to say its address, and then to try one message. */
const WAYS = {
  xclient: (client: string): Said => ({
    lines: ['EHLO balancer.example', `XCLIENT ADDR=${client}`, ...HELLO, ...MESSAGE],
  }),
  'proxy-v1': (client: string): Said => ({
    preface: proxy1(client),
    lines: [...HELLO, ...MESSAGE],
  }),
  'proxy-v2': (client: string): Said => ({
    preface: proxy2(client),
    lines: [...HELLO, ...MESSAGE],
  }),
} as const;

/** All of them come from one address: only what they say can tell them apart. */
const CLIENTS: readonly Dialogue[] = (['xclient', 'proxy-v1', 'proxy-v2'] as const).flatMap(
  (client) => {
    const from = WAYS[client];
    const greeted = client === 'xclient' ? [BANNER, OK, BANNER, OK, OK] : [BANNER, OK, OK];
    const base = { client, tuning: { greylist: { delayMs: 0, windowMs: 60_000 } } } as const;
    return [
      {
        ...base,
        title: `${client}: the greylist knows a client again by the address that it told`,
        talks: [from('10.140.1.1'), from('10.140.2.1'), from('10.140.1.9')],
        replies: [...greeted, OK, BYE],
        totals: { sessions: 3, lostAfterConnect: 0, rcptRejects: { 450: 2 }, warnings: [] },
      },
      {
        ...base,
        title: `${client}: to the greylist a client at another address is another one`,
        talks: [from('10.140.1.1'), from('10.140.2.1')],
        replies: [...greeted, GREYLISTED, BYE],
        totals: { sessions: 2, lostAfterConnect: 0, rcptRejects: { 450: 2 }, warnings: [] },
      },
    ];
  },
);

const proxied = (
  title: string,
  said: Said,
  replies: readonly RegExp[],
  totals: Dialogue['totals'],
): Dialogue => ({ title, tuning: {}, client: 'proxy-v2', talks: [said], replies, totals });

const HEADERS: readonly Dialogue[] = [
  proxied(
    'a proxy’s own connection (LOCAL) is at its own address',
    { preface: proxy2('0.0.0.0', 0x20), lines: ['QUIT'] },
    [BANNER, BYE],
    { sessions: 1, lostAfterConnect: 0 },
  ),
  proxied(
    'a dialogue that comes with its header is heard',
    { preface: `${proxy2('10.140.1.1')}HELO x\r\nQUIT\r\n`, lines: ['', ''] },
    [BANNER, OK, BYE],
    { sessions: 1, lostAfterConnect: 0 },
  ),
  ...[
    'EHLO mx.isp.example\r\n',
    'PROXY TCP4 999.1.1.1 10.77.0.1 4 5\r\n',
    'PROXY TCP4 1.1.1.1\r\n',
  ].map((preface) =>
    proxied(
      `${JSON.stringify(preface)} in the header’s place is turned away`,
      { preface, lines: [] },
      [/^421 4\.3\.0 \S+ Server local error$/],
      { sessions: 1, lostAfterConnect: 0 },
    ),
  ),
];

const early = (deep: boolean): Tuning => ({
  botFilter: { greetWaitMs: 1000, dnsbl: false, deep },
});
const AGAIN = /^450 4\.3\.2 Service currently unavailable$/;

/** Under stress, and with a bot filter. */
const DEFENCES: readonly Dialogue[] = [
  dialogue(
    'stress leaves one error',
    { stress: 'on' },
    [mail(''), rcpt('u@target.test')],
    [OK, UNKNOWN, TOO_MANY],
    { 550: 1 },
  ),
  dialogue(
    'a limit that was set holds under stress as well',
    { stress: 'on', errorLimit: 2 },
    [mail(''), rcpt('u@target.test'), rcpt('u@target.test')],
    [OK, UNKNOWN, UNKNOWN, TOO_MANY],
    { 550: 2 },
  ),
  {
    title: 'a client that has connected too often is turned away',
    tuning: { clientLimits: { perMinute: 2 } },
    client: 'address',
    talks: [say('QUIT'), say('QUIT'), { lines: [] }],
    replies: [/^421 4\.7\.0 \S+ Error: too many connections from \S+$/],
    totals: { sessions: 3, lostAfterConnect: 1 },
  },
  {
    title: 'who can wait is let in, and known from then on',
    tuning: early(false),
    client: 'address',
    talks: [say('QUIT'), say(mail(''), rcpt(KNOWN), 'QUIT')],
    replies: [/^220 /, OK, OK, OK, BYE],
    totals: { sessions: 2, lostAfterConnect: 0, rcptRejects: {} },
  },
  {
    title: 'deep tests defer a client once, and let it in when it comes again',
    tuning: early(true),
    client: 'address',
    talks: [say(mail(''), rcpt(KNOWN), 'QUIT'), say(mail(''), rcpt(KNOWN), 'QUIT')],
    replies: [/^220 /, OK, OK, OK, BYE],
    totals: { rcptRejects: { 450: 1 } },
  },
  {
    title: 'deep tests: the first time',
    tuning: early(true),
    client: 'address',
    talks: [say(mail(''), rcpt(KNOWN), 'QUIT')],
    replies: [BANNER, OK, OK, AGAIN, BYE],
    totals: { rcptRejects: { 450: 1 } },
  },
  {
    title: 'deep tests catch a client that does not wait for replies',
    tuning: early(true),
    client: 'address',
    talks: [say(`${mail('')}\r\n${rcpt(KNOWN)}`, '', 'QUIT')],
    replies: [BANNER, OK, OK, /^550 5\.5\.1 Protocol error/, BYE],
    totals: { rcptRejects: { 550: 1 } },
  },
];

export const DIALOGUES: readonly Dialogue[] = [
  ...SENDERS,
  ...LIMITS,
  ...DEFENCES,
  ...CLIENTS,
  ...HEADERS,
];
