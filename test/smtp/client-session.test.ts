import { describe, expect, it } from 'vitest';
import { STAGE_INDEX } from '../../src/smtp/session-record.ts';
import type { Stage as StageName } from '../../src/smtp/stage.ts';
import { Stage } from './transcript.ts';

const EHLO_REPLY = '250-mx.target.test\r\n250-PIPELINING\r\n250 8BITMIME\r\n';

describe('a session in lock-step', () => {
  it('says one command after each reply and delivers', () => {
    const stage = new Stage().connect();
    expect(stage.says('220 mx.target.test ESMTP\r\n')).toBe('EHLO mx.sender.example\r\n');
    expect(stage.says(EHLO_REPLY)).toBe('MAIL FROM:<>\r\n');
    expect(stage.says('250 2.1.0 Ok\r\n')).toBe('RCPT TO:<jslopez@xman.test>\r\n');
    expect(stage.says('250 2.1.5 Ok\r\n')).toBe('DATA\r\n');
    expect(stage.says('354 go on\r\n')).toBe('Subject: x\r\n\r\nbody\r\n.\r\n');
    expect(stage.says('250 2.0.0 queued\r\n')).toBe('QUIT\r\n');
    stage.says('221 bye\r\n');
    stage.closes();
    expect(stage.outcome).toBe('accepted at body 250');
    expect(stage.ended).toBe(1);
  });

  it('names the size where the server offers SIZE', () => {
    const stage = new Stage({ reversePath: 'a@b.example' }).connect();
    stage.says('220 x\r\n');
    expect(stage.says('250-x\r\n250 SIZE 1000\r\n')).toBe('MAIL FROM:<a@b.example> SIZE=20\r\n');
  });

  it('asks again with HELO when EHLO is not known', () => {
    const stage = new Stage().connect();
    stage.says('220 x\r\n');
    expect(stage.says('502 what?\r\n')).toBe('HELO mx.sender.example\r\n');
    expect(stage.says('250 x\r\n')).toBe('MAIL FROM:<>\r\n');
  });

  it('sends every recipient and goes on when one is taken', () => {
    const stage = new Stage({ recipients: ['a@x.test', 'b@x.test'] }).connect();
    stage.says('220 x\r\n');
    stage.says('250 x\r\n');
    expect(stage.says('250 ok\r\n')).toBe('RCPT TO:<a@x.test>\r\n');
    expect(stage.says('550 5.1.1 no\r\n')).toBe('RCPT TO:<b@x.test>\r\n');
    expect(stage.says('250 ok\r\n')).toBe('DATA\r\n');
  });
});

describe('a session that pipelines', () => {
  it('sends MAIL, RCPT and DATA in one flight where it is offered (RFC 2920)', () => {
    const stage = new Stage({ pipelining: true }).connect();
    stage.says('220 x\r\n');
    expect(stage.says(EHLO_REPLY)).toBe('MAIL FROM:<>\r\nRCPT TO:<jslopez@xman.test>\r\nDATA\r\n');
    expect(stage.says('250 ok\r\n250 ok\r\n354 go\r\n')).toBe('Subject: x\r\n\r\nbody\r\n.\r\n');
  });

  it('stays in lock-step where it is not offered', () => {
    const stage = new Stage({ pipelining: true }).connect();
    stage.says('220 x\r\n');
    expect(stage.says('250 x\r\n')).toBe('MAIL FROM:<>\r\n');
  });

  it('takes all replies of the flight before it leaves', () => {
    const stage = new Stage({ pipelining: true }).connect();
    stage.says('220 x\r\n');
    stage.says(EHLO_REPLY);
    expect(stage.says('250 ok\r\n550 5.1.1 no such user\r\n')).toBe('');
    expect(stage.says('554 5.5.1 no valid recipients\r\n')).toBe('QUIT\r\n');
    expect(stage.outcome).toBe('rejected at rcpt 550');
    expect(stage.session.enhanced).toEqual([5, 1, 1]);
  });

  it('sends a lone dot when DATA is taken without a recipient', () => {
    const stage = new Stage({ pipelining: true }).connect();
    stage.says('220 x\r\n');
    stage.says(EHLO_REPLY);
    expect(stage.says('250 ok\r\n550 no\r\n354 go\r\n')).toBe('.\r\n');
    expect(stage.says('554 no recipients\r\n')).toBe('QUIT\r\n');
    expect(stage.outcome).toBe('rejected at rcpt 550');
  });

  it('counts a refused sender where it was refused', () => {
    const stage = new Stage({ pipelining: true }).connect();
    stage.says('220 x\r\n');
    stage.says(EHLO_REPLY);
    stage.says('554 5.7.1 no null senders\r\n503 no mail\r\n503 no mail\r\n');
    expect(stage.outcome).toBe('rejected at mail 554');
  });
});

/** Server lines until the stage, then the line that decides; what the client does. */
const REFUSALS: readonly (readonly [string, readonly string[], string, string])[] = [
  ['a rejecting banner', ['554 no\r\n'], 'rejected at banner 554', 'QUIT\r\n'],
  ['a busy banner', ['421 later\r\n'], 'deferred at banner 421', ''],
  ['a refused HELO', ['220 x\r\n', '550 no\r\n', '550 no\r\n'], 'rejected at helo 550', 'QUIT\r\n'],
  [
    'a refused sender',
    ['220 x\r\n', '250 x\r\n', '450 wait\r\n'],
    'deferred at mail 450',
    'QUIT\r\n',
  ],
  [
    'a refused recipient',
    ['220 x\r\n', '250 x\r\n', '250 x\r\n', '550 no\r\n'],
    'rejected at rcpt 550',
    'QUIT\r\n',
  ],
  [
    'a greylisted recipient',
    ['220 x\r\n', '250 x\r\n', '250 x\r\n', '450 4.2.0 x\r\n'],
    'deferred at rcpt 450',
    'QUIT\r\n',
  ],
  [
    '521 at the recipient',
    ['220 x\r\n', '250 x\r\n', '250 x\r\n', '521 go away\r\n'],
    'rejected at rcpt 521',
    '',
  ],
  [
    '421 at the recipient',
    ['220 x\r\n', '250 x\r\n', '250 x\r\n', '421 bye\r\n'],
    'deferred at rcpt 421',
    '',
  ],
  [
    'a refused DATA',
    ['220 x\r\n', '250 x\r\n', '250 x\r\n', '250 x\r\n', '451 no\r\n'],
    'deferred at data 451',
    'QUIT\r\n',
  ],
  [
    'a refused message',
    ['220 x\r\n', '250 x\r\n', '250 x\r\n', '250 x\r\n', '354 x\r\n', '554 spam\r\n'],
    'rejected at body 554',
    'QUIT\r\n',
  ],
  ['garbage', ['220 x\r\n', 'what?\r\n'], 'garbled at helo 0', ''],
  [
    'a positive answer to the dot that is none',
    ['220 x\r\n', '250 x\r\n', '250 x\r\n', '250 x\r\n', '354 x\r\n', '354 x\r\n'],
    'garbled at body 354',
    'QUIT\r\n',
  ],
];

describe('a refusal', () => {
  it.each(REFUSALS)('by %s is an outcome', (_, lines, outcome, answer) => {
    const stage = new Stage().connect();
    let last = '';
    for (const line of lines) last = stage.says(line);
    expect(stage.outcome).toBe(outcome);
    expect(last).toBe(answer);
    expect(stage.socket.destroyed).toBe(answer === '');
    stage.closes();
    expect(stage.outcome).toBe(outcome);
  });

  it('is the same whatever the bytes are split into', () => {
    for (const [, lines, outcome] of REFUSALS) {
      const stage = new Stage().connect();
      for (const byte of lines.join('')) stage.says(byte);
      expect(stage.outcome).toBe(outcome);
    }
  });
});

describe('a broken connection', () => {
  it.each([
    ['before it stands', [], 'ECONNREFUSED', 'refused at connect 0'],
    ['before the banner', ['connect'], 'ECONNRESET', 'refused at banner 0'],
    ['after the banner', ['connect', '220 x\r\n'], 'ECONNRESET', 'dropped at helo 0'],
    ['without a word', ['connect', '220 x\r\n', '250 x\r\n'], undefined, 'dropped at mail 0'],
  ])('%s is an outcome', (_, lines, error, outcome) => {
    const stage = new Stage();
    for (const line of lines) {
      if (line === 'connect') stage.connect();
      else stage.says(line);
    }
    stage.closes(error);
    expect(stage.outcome).toBe(outcome);
    expect(stage.ended).toBe(1);
  });

  it('for want of descriptors is no outcome of the server', () => {
    const stage = new Stage().closes('EMFILE');
    expect(stage.session.localFault).toBe('EMFILE');
    expect(stage.outcome).toBe('unsent at connect 0');
  });
});

describe('patience', () => {
  it.each([
    ['the connection', [], 'timedOut at connect 0'],
    ['the banner', ['connect'], 'timedOut at banner 0'],
    ['EHLO', ['connect', '220 x\r\n'], 'timedOut at helo 0'],
    ['RCPT', ['connect', '220 x\r\n', '250 x\r\n', '250 x\r\n'], 'timedOut at rcpt 0'],
  ])('ends while waiting for %s', (_, lines, outcome) => {
    const stage = new Stage({}, { patienceMs: 1000 });
    for (const line of lines) {
      if (line === 'connect') stage.connect();
      else stage.says(line);
    }
    stage.passes(999);
    expect(stage.socket.destroyed).toBe(false);
    stage.passes(1);
    expect(stage.socket.destroyed).toBe(true);
    stage.closes();
    expect(stage.outcome).toBe(outcome);
  });

  it('does not run while the client itself is thinking', () => {
    const stage = new Stage({}, { roundTripMs: 5000, patienceMs: 1000 }).connect();
    stage.says('220 x\r\n');
    stage.passes(4999);
    expect(stage.socket.destroyed).toBe(false);
    expect(stage.passes(1)).toBe('EHLO mx.sender.example\r\n');
  });
});

describe('think time', () => {
  it('passes before every flight of commands', () => {
    const stage = new Stage({ pipelining: true }, { roundTripMs: 80 }).connect();
    expect(stage.says('220 x\r\n')).toBe('');
    expect(stage.passes(80)).toBe('EHLO mx.sender.example\r\n');
    expect(stage.says(EHLO_REPLY)).toBe('');
    expect(stage.passes(80)).toBe('MAIL FROM:<>\r\nRCPT TO:<jslopez@xman.test>\r\nDATA\r\n');
  });

  it('is no time for the server to speak, unless it says farewell', () => {
    const chatty = new Stage({}, { roundTripMs: 80 }).connect();
    chatty.says('220 x\r\n250 unasked\r\n');
    expect(chatty.outcome).toBe('garbled at helo 250');
    const leaving = new Stage({}, { roundTripMs: 80 }).connect();
    leaving.says('220 x\r\n421 4.4.2 timeout\r\n');
    expect(leaving.outcome).toBe('deferred at helo 421');
  });

  it('of an ended session sends nothing more', () => {
    const stage = new Stage({}, { roundTripMs: 80 }).connect();
    stage.says('220 x\r\n');
    stage.session.cut();
    stage.closes();
    expect(stage.passes(80)).toBe('');
    expect(stage.outcome).toBe('cut at helo 0');
  });
});

describe('winding up', () => {
  const begun = (script = {}) => {
    const stage = new Stage({ recipients: ['a@x.test', 'b@x.test'], ...script }).connect();
    for (const reply of ['220 x', '250-x\r\n250 PIPELINING']) stage.says(`${reply}\r\n`);
    return stage;
  };

  it('hears the reply to what was said, and says nothing more', () => {
    const stage = begun();
    stage.says('250 ok\r\n');
    stage.session.windUp();
    expect(stage.socket.destroyed).toBe(false);
    expect(stage.says('550 5.1.1 no\r\n')).toBe('');
    expect(stage.socket.destroyed).toBe(true);
    expect(stage.session.fates).toEqual([550]);
    expect(stage.outcome).toBe('cut at rcpt 0');
  });

  it('hears all replies to a flight', () => {
    const stage = begun({ pipelining: true });
    stage.session.windUp();
    expect(stage.says('250 ok\r\n550 5.1.1 no\r\n')).toBe('');
    expect(stage.socket.destroyed).toBe(false);
    stage.says('550 5.1.1 no\r\n503 5.5.1 what?\r\n');
    expect(stage.socket.destroyed).toBe(true);
    expect(stage.session.fates).toEqual([550, 550]);
    expect(stage.outcome).toBe('rejected at rcpt 550');
  });

  it('takes a message as accepted that is accepted now', () => {
    const stage = begun();
    for (const reply of ['250 ok', '250 ok', '250 ok', '354 go']) stage.says(`${reply}\r\n`);
    stage.session.windUp();
    expect(stage.says('250 taken\r\n')).toBe('');
    expect(stage.socket.destroyed).toBe(true);
    expect(stage.outcome).toBe('accepted at body 250');
  });

  it('goes at once where nothing was said that could be answered', () => {
    const stage = new Stage({}, { roundTripMs: 80 }).connect();
    stage.says('220 x\r\n');
    stage.session.windUp();
    expect(stage.socket.destroyed).toBe(true);
    expect(stage.outcome).toBe('cut at helo 0');
  });
});

describe('the ways to leave', () => {
  it('without waiting for the reply to QUIT', () => {
    const stage = new Stage({ quit: 'no-wait' }).connect();
    expect(stage.says('554 no\r\n')).toBe('QUIT\r\n');
    expect(stage.socket.destroyed).toBe(true);
  });

  it('without QUIT', () => {
    const stage = new Stage({ quit: 'none' }).connect();
    expect(stage.says('554 no\r\n')).toBe('');
    expect(stage.socket.destroyed).toBe(true);
  });
});

describe('marks', () => {
  it('stand at every command and reply, and nowhere else', () => {
    const stage = new Stage();
    const mark = (name: StageName, end: 0 | 1) => stage.session.marks[STAGE_INDEX[name] * 2 + end];
    stage.passes(3);
    stage.connect();
    stage.passes(50);
    stage.says('220 x\r\n');
    stage.passes(7);
    stage.says('250 x\r\n');
    stage.passes(120);
    stage.says('550 no\r\n');
    expect([mark('connect', 0), mark('connect', 1)]).toEqual([0, 3]);
    expect([mark('banner', 0), mark('banner', 1)]).toEqual([3, 53]);
    expect([mark('helo', 0), mark('helo', 1)]).toEqual([53, 60]);
    expect([mark('mail', 0), mark('mail', 1)]).toEqual([60, 180]);
    expect([mark('rcpt', 0), mark('rcpt', 1)]).toEqual([Number.NaN, Number.NaN]);
    expect(stage.session.decidedAtMs).toBe(180);
  });
});

describe('command injection', () => {
  it('cannot happen through a reply: the client writes only its script', () => {
    const stage = new Stage().connect();
    expect(stage.says('220 x\r\n')).toBe('EHLO mx.sender.example\r\n');
    expect(stage.says('250-x\r\n250 PIPELINING\r\n')).toBe('MAIL FROM:<>\r\n');
    expect(stage.says('250 ok\rDATA\n')).toBe('RCPT TO:<jslopez@xman.test>\r\n');
  });
});

describe('what a session sends', () => {
  const upTo = (stage: Stage, offers: string): string => {
    stage.connect();
    stage.says('220 x\r\n');
    return stage.says(`250-x\r\n250 ${offers}\r\n`);
  };

  it('is announced as 8-bit where it is, and the server takes that', () => {
    expect(upTo(new Stage({ eightBit: true }), '8BITMIME')).toBe('MAIL FROM:<> BODY=8BITMIME\r\n');
    expect(upTo(new Stage({ eightBit: true }), 'SMTPUTF8')).toBe('MAIL FROM:<>\r\n');
    expect(upTo(new Stage(), '8BITMIME')).toBe('MAIL FROM:<>\r\n');
  });

  const STUFFED = { message: [Buffer.from('..a\r\n')], chunk: [Buffer.from('.a\r\n')] };

  it('goes by BDAT, without extra dots, where CHUNKING is offered', () => {
    const stage = new Stage(STUFFED);
    upTo(stage, 'CHUNKING');
    stage.says('250 ok\r\n');
    expect(stage.says('250 ok\r\n')).toBe('BDAT 4 LAST\r\n.a\r\n');
    expect(stage.says('250 queued\r\n')).toBe('QUIT\r\n');
    expect(stage.outcome).toBe('accepted at body 250');
  });

  it('goes by DATA where it is not', () => {
    const stage = new Stage(STUFFED);
    upTo(stage, 'SIZE');
    stage.says('250 ok\r\n');
    expect(stage.says('250 ok\r\n')).toBe('DATA\r\n');
    expect(stage.says('354 go\r\n')).toBe('..a\r\n.\r\n');
  });

  it('goes by BDAT behind a pipelined envelope, which then has no DATA', () => {
    const stage = new Stage({ ...STUFFED, pipelining: true }).connect();
    stage.says('220 x\r\n');
    expect(stage.says('250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n')).toBe(
      'MAIL FROM:<>\r\nRCPT TO:<jslopez@xman.test>\r\n',
    );
    expect(stage.says('250 ok\r\n250 ok\r\n')).toBe('BDAT 4 LAST\r\n.a\r\n');
    const refused = new Stage({ ...STUFFED, pipelining: true }).connect();
    refused.says('220 x\r\n');
    refused.says('250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n');
    expect(refused.says('250 ok\r\n550 no\r\n')).toBe('QUIT\r\n');
    expect(refused.outcome).toBe('rejected at rcpt 550');
  });

  it('may be nothing but the final dot', () => {
    const stage = new Stage({ message: [] });
    upTo(stage, 'SIZE');
    stage.says('250 ok\r\n');
    stage.says('250 ok\r\n');
    expect(stage.says('354 go\r\n')).toBe('.\r\n');
  });

  it('is nothing at all for a probe, which has no size and ends after its recipient', () => {
    const stage = new Stage({ message: undefined, reset: true });
    expect(upTo(stage, 'SIZE')).toBe('MAIL FROM:<>\r\n');
    stage.says('250 ok\r\n');
    expect(stage.says('250 ok\r\n')).toBe('RSET\r\nQUIT\r\n');
    stage.says('250 ok\r\n');
    expect(stage.socket.destroyed).toBe(false);
    stage.says('221 bye\r\n');
    expect(stage.socket.destroyed).toBe(true);
    expect(stage.outcome).toBe('accepted at rcpt 250');
  });
});

describe('several recipients', () => {
  it.each([
    ['a temporary refusal before a final one', ['450', '550'], 'deferred at rcpt 450'],
    ['a temporary refusal after a final one', ['550', '451'], 'deferred at rcpt 451'],
    ['final refusals only', ['550', '554'], 'rejected at rcpt 554'],
  ])('have %s for their outcome', (_what, codes, outcome) => {
    const recipients = ['a@x.test', 'b@x.test'];
    const stage = new Stage({ recipients, quit: 'none' }).connect();
    for (const reply of ['220 x', '250 x', '250 ok']) stage.says(`${reply}\r\n`);
    for (const code of codes) stage.says(`${code} 5.0.0 no\r\n`);
    stage.closes();
    expect(stage.outcome).toBe(outcome);
    expect(stage.session.fates).toEqual(codes.map(Number));
  });
});

describe('the refusals of recipients', () => {
  it.each([
    ['all of them', ['550 5.1.1 no', '450 4.2.0 later'], { 550: 1, 450: 1 }],
    ['those alike together', ['550 5.1.1 no', '550 5.1.1 no'], { 550: 2 }],
    ['without a farewell after too many errors', ['550 5.1.1 no', '421 4.7.0 many'], { 550: 1 }],
    ['with a farewell that is meant for the recipient', ['421 4.7.1 not you'], { 421: 1 }],
  ])('are counted: %s', (_what, replies, refusals) => {
    const stage = new Stage({ recipients: ['a@x.test', 'b@x.test'], quit: 'none' }).connect();
    for (const reply of ['220 x', '250 x', '250 ok', ...replies]) stage.says(`${reply}\r\n`);
    const sums = {};
    stage.session.addRefusals(sums);
    expect(sums).toEqual(refusals);
  });
});

describe('patience', () => {
  it('is one with the banner and another with commands', () => {
    const banner = new Stage({}, { bannerPatienceMs: 1000, patienceMs: 9000 }).connect();
    banner.passes(1000);
    expect(banner.outcome).toBe('timedOut at banner 0');
    const command = new Stage({}, { bannerPatienceMs: 1000, patienceMs: 9000 }).connect();
    command.says('220 x\r\n');
    command.passes(8999);
    expect(command.socket.destroyed).toBe(false);
    command.passes(1);
    expect(command.outcome).toBe('timedOut at helo 0');
  });
});
