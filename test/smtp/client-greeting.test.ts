// How sessions begin: early and unasked talk, TLS, and telling a trusting target who one is.
import { describe, expect, it } from 'vitest';
import { STAGE_INDEX } from '../../src/smtp/session-record.ts';
import { Stage } from './transcript.ts';

const OFFERS = '250-mx.target.test\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n';

/** Up to the server's offers in clear; what the client then says. */
function offered(stage: Stage): string {
  stage.connect();
  stage.says('220 x\r\n');
  return stage.says(OFFERS);
}

describe('a session that wants TLS', () => {
  const WANTS = { starttls: true, pipelining: true } as const;

  it('asks for it where it is offered, and greets anew inside', () => {
    const stage = new Stage(WANTS);
    expect(offered(stage)).toBe('STARTTLS\r\n');
    expect(stage.says('220 go\r\n')).toBe('[TLS]');
    stage.session.onSecured(false);
    expect(stage.socket.written).toMatch(/\[TLS\]EHLO mx\.sender\.example\r\n$/);
    // RFC 3207 §4.2: what was offered in clear is forgotten.
    expect(stage.says('250 x\r\n')).toBe('MAIL FROM:<>\r\n');
    expect(stage.session.tls).toBe('full');
  });

  it('does not ask twice, though TLS is offered inside as well', () => {
    const stage = new Stage({ starttls: true });
    offered(stage);
    stage.says('220 go\r\n');
    stage.session.onSecured(true);
    expect(stage.says(OFFERS)).toBe('MAIL FROM:<>\r\n');
    expect(stage.session.tls).toBe('resumed');
  });

  it('goes on in clear where it is not offered, or refused', () => {
    const without = new Stage(WANTS).connect();
    without.says('220 x\r\n');
    expect(without.says('250 x\r\n')).toBe('MAIL FROM:<>\r\n');
    const refused = new Stage(WANTS);
    offered(refused);
    expect(refused.says('454 4.7.0 not now\r\n')).toMatch(
      /^MAIL FROM:<>\r\nRCPT TO:<.*>\r\nDATA\r\n$/,
    );
    expect(refused.session.tls).toBe('none');
  });

  it('does not ask where its system knows no TLS', () => {
    expect(offered(new Stage())).toBe('MAIL FROM:<>\r\n');
  });

  it.each([
    ['a broken handshake', 'ERR_SSL_WRONG_VERSION_NUMBER', 'garbled at starttls 0'],
    ['a connection lost in the handshake', 'ECONNRESET', 'dropped at starttls 0'],
  ])('has %s for its outcome', (_what, error, outcome) => {
    const stage = new Stage(WANTS);
    offered(stage);
    stage.says('220 go\r\n');
    stage.session.onInsecure(error);
    stage.closes();
    expect(stage.outcome).toBe(outcome);
    expect(stage.ended).toBe(1);
  });

  it('loses its patience with a handshake that never ends', () => {
    const stage = new Stage(WANTS, { patienceMs: 1000 });
    offered(stage);
    stage.says('220 go\r\n');
    stage.passes(1000);
    expect(stage.outcome).toBe('timedOut at starttls 0');
    expect(stage.socket.destroyed).toBe(true);
  });
});

describe('a session that talks before its time', () => {
  it('greets before the banner, and goes on when both replies are there', () => {
    const stage = new Stage({ pregreets: true }).connect();
    expect(stage.socket.written).toBe('EHLO mx.sender.example\r\n');
    expect(stage.says('220 x\r\n')).toBe('');
    expect(stage.says('250 x\r\n')).toBe('MAIL FROM:<>\r\n');
  });

  it('takes a banner that ends in the reply to its greeting for both, as postscreen writes it', () => {
    const stage = new Stage({ pregreets: true }).connect();
    expect(stage.says('220-mx\r\n250-mx\r\n')).toBe('');
    expect(stage.says('250 CHUNKING\r\n')).toBe('MAIL FROM:<>\r\n');
  });

  it('is counted at the banner when the server sends it away for that', () => {
    const stage = new Stage({ pregreets: true, quit: 'none' }).connect();
    stage.says('550 5.5.1 Protocol error\r\n');
    stage.closes();
    expect(stage.outcome).toBe('rejected at banner 550');
  });

  it('sends everything up to DATA in one write, unasked', () => {
    const stage = new Stage({ pipelining: 'unasked' }).connect();
    expect(stage.says('220 x\r\n')).toBe(
      'EHLO mx.sender.example\r\nMAIL FROM:<>\r\nRCPT TO:<jslopez@xman.test>\r\nDATA\r\n',
    );
    expect(stage.says('250 x\r\n250 ok\r\n250 ok\r\n')).toBe('');
    expect(stage.says('354 go\r\n')).toBe('Subject: x\r\n\r\nbody\r\n.\r\n');
  });

  it.each([
    ['refuses', '502 what?\r\n500 what?\r\n'],
    ['refuses in two pieces', '502 what?\r\n50', '0 what?\r\n'],
  ])(
    'takes the replies to its opening lines, which the server %s, for no greeting',
    (_how, ...bytes) => {
      const opening = 'CONNECT mx.xman.test:25 HTTP/1.0\r\n\r\n';
      const stage = new Stage({ opening }).connect();
      expect(stage.says('220 x\r\n')).toBe(`${opening}EHLO mx.sender.example\r\n`);
      for (const chunk of bytes) expect(stage.says(chunk)).toBe('');
      expect(stage.says('250 x\r\n')).toBe('MAIL FROM:<>\r\n');
    },
  );

  it('is dropped by a server that says good-bye to such lines', () => {
    const stage = new Stage({ opening: 'Subject: x\r\n' }).connect();
    stage.says('220 x\r\n');
    stage.says('221 2.7.0 I can break rules, too\r\n');
    stage.closes();
    expect(stage.outcome).toBe('dropped at helo 221');
  });
});

describe('a session that heeds no reply', () => {
  it('goes on after every refusal, and has the first for its outcome', () => {
    const stage = new Stage({ heedless: true, quit: 'none' }).connect();
    expect(stage.says('554 no\r\n')).toBe('EHLO mx.sender.example\r\n');
    expect(stage.says('502 no\r\n')).toBe('MAIL FROM:<>\r\n');
    expect(stage.says('503 no\r\n')).toBe('RCPT TO:<jslopez@xman.test>\r\n');
    expect(stage.says('503 no\r\n')).toBe('DATA\r\n');
    expect(stage.says('503 no\r\n')).toBe('Subject: x\r\n\r\nbody\r\n.\r\n');
    stage.says('500 what?\r\n');
    expect(stage.socket.destroyed).toBe(true);
    stage.closes();
    expect(stage.outcome).toBe('rejected at banner 554');
  });

  it('leaves when the server hangs up', () => {
    const stage = new Stage({ heedless: true }).connect();
    stage.says('220 x\r\n');
    expect(stage.says('421 4.7.0 too many errors\r\n')).toBe('');
    expect(stage.socket.destroyed).toBe(true);
  });
});

describe('a session that drips', () => {
  it('sends a byte at a time, and waits for a reply after the last', () => {
    const stage = new Stage({ dripMs: 1000 }, { patienceMs: 5000 }).connect();
    expect(stage.says('220 x\r\n')).toBe('E');
    let written = 'E';
    for (let i = 0; i < 23; i += 1) written += stage.passes(1000);
    expect(written).toBe('EHLO mx.sender.example\r\n');
    expect(stage.passes(1000)).toBe('');
    // It is said with its last byte, and waits for its reply from there.
    expect(stage.session.marks[STAGE_INDEX.helo * 2]).toBe(23_000);
    expect(stage.says('250 x\r\n')).toBe('M');
    expect(stage.session.marks[STAGE_INDEX.mail * 2]).toBeNaN();
  });

  it('takes the server’s farewell in the midst of a command', () => {
    const stage = new Stage({ dripMs: 1000 }).connect();
    stage.says('220 x\r\n');
    stage.passes(1000);
    stage.says('421 4.4.2 timeout exceeded\r\n');
    stage.closes();
    expect(stage.outcome).toBe('deferred at helo 421');
  });

  it('drips its message, too', () => {
    const stage = new Stage({ dripMs: 10, message: [Buffer.from('a\r\n')] }).connect();
    stage.says('220 x\r\n');
    for (const reply of ['250 x', '250 ok', '250 ok', '354 go']) {
      for (let i = 0; i < 40; i += 1) stage.passes(10);
      stage.says(`${reply}\r\n`);
    }
    for (let i = 0; i < 10; i += 1) stage.passes(10);
    expect(stage.socket.written).toMatch(/DATA\r\na\r\n\.\r\n$/);
  });
});

describe('a target that trusts the client', () => {
  const XCLIENT = { xclient: 'NAME=mx1.northwind.example ADDR=10.128.3.2' };

  it.each([
    [{}, 'EHLO'],
    [{ greeting: 'HELO' }, 'HELO'],
    [{ pregreets: true }, 'EHLO'],
  ] as const)('is told by XCLIENT before a client of %j greets', (script, verb) => {
    const stage = new Stage(script, {}, XCLIENT).connect();
    expect(stage.says('220 x\r\n')).toBe('XCLIENT NAME=mx1.northwind.example ADDR=10.128.3.2\r\n');
    expect(stage.says('220 x\r\n')).toBe(`${verb} mx.sender.example\r\n`);
    expect(stage.says('250 x\r\n')).toBe('MAIL FROM:<>\r\n');
  });

  it('that does not after all is an outcome, and the client leaves', () => {
    const stage = new Stage({ heedless: true }, {}, XCLIENT).connect();
    stage.says('220 x\r\n');
    expect(stage.says('550 5.7.0 insufficient authorization\r\n')).toBe('');
    stage.closes();
    expect(stage.outcome).toBe('rejected at helo 550');
  });

  it('is told by a PROXY header in front of everything', () => {
    const prelude = Buffer.from('PROXY TCP4 10.128.3.2 127.0.0.1 4711 25\r\n');
    const stage = new Stage({}, {}, { prelude }).connect();
    expect(stage.socket.written).toBe(prelude.toString());
    expect(stage.says('220 x\r\n')).toBe('EHLO mx.sender.example\r\n');
  });

  it('that takes the PROXY header for a command is an outcome', () => {
    const stage = new Stage({}, {}, { prelude: Buffer.from('PROXY …\r\n') }).connect();
    stage.says('220 x\r\n');
    expect(stage.says('502 5.5.2 what?\r\n')).toBe('');
    stage.closes();
    expect(stage.outcome).toBe('rejected at helo 502');
  });
});
