// The dialogues that a preview shows, as transcripts: `C` and `S` in the order in which they are said.
import { describe, expect, it } from 'vitest';
import { playDialogue } from '../../../src/commands/preview/dialogue.ts';
import { UsualServer } from '../../../src/commands/preview/usual-server.ts';
import type { Script } from '../../../src/smtp/script.ts';

const SCRIPT: Script = {
  helo: 'mx.a.example',
  greeting: 'HELO',
  pipelining: false,
  reversePath: '',
  recipients: ['v@x.test'],
  message: [Buffer.from('a\r\n..b\r\n')],
  quit: 'wait',
};
const WAITS = { roundTripMs: 10, patienceMs: 30_000, bannerPatienceMs: 30_000 };

/** `C EHLO`, `S 250`, `C a|..b` for a message, `[event]`. */
function transcript(script: Partial<Script>, server = new UsualServer('mx.x.test')): string[] {
  return playDialogue({ ...SCRIPT, ...script }, WAITS, server).turns.map((turn) => {
    if (turn.by === 'nobody') return `[${turn.event}]`;
    if (turn.by === 'server') return `S ${turn.lines.at(-1)?.slice(0, 3)}`;
    const { heard } = turn;
    if ('line' in heard) return `C ${heard.line}`;
    return `C ${heard.by} ${heard.message.toString('latin1').replaceAll('\r\n', '|')}`;
  });
}

const DELIVERED = ['C DATA', 'S 354', 'C DATA a|..b|', 'S 250', 'C QUIT', 'S 221'];

describe('a previewed dialogue', () => {
  it.each<[string, Partial<Script>, string[]]>([
    [
      'of a client in lock-step has a reply between any two commands',
      {},
      [
        ...['S 220', 'C HELO mx.a.example', 'S 250', 'C MAIL FROM:<>', 'S 250'],
        ...['C RCPT TO:<v@x.test>', 'S 250', ...DELIVERED],
      ],
    ],
    [
      'of one that pipelines has a flight of commands before their replies',
      { greeting: 'EHLO', pipelining: true, quit: 'none' },
      [
        ...['S 220', 'C EHLO mx.a.example', 'S 250', 'C MAIL FROM:<> SIZE=8'],
        ...['C RCPT TO:<v@x.test>', 'C DATA', 'S 250', 'S 250', 'S 354', 'C DATA a|..b|', 'S 250'],
        '[the client hangs up]',
      ],
    ],
    [
      'of one that talks early begins before the banner',
      { pregreets: true },
      [
        ...['C HELO mx.a.example', 'S 220', 'S 250', 'C MAIL FROM:<>', 'S 250'],
        ...['C RCPT TO:<v@x.test>', 'S 250', ...DELIVERED],
      ],
    ],
    [
      'in TLS greets anew, and by BDAT has no final dot',
      {
        greeting: 'EHLO',
        starttls: true,
        pipelining: true,
        quit: 'no-wait',
        chunk: [Buffer.from('a\r\n.b\r\n')],
      },
      [
        ...['S 220', 'C EHLO mx.a.example', 'S 250', 'C STARTTLS', 'S 220', '[TLS]'],
        ...['C EHLO mx.a.example', 'S 250', 'C MAIL FROM:<> SIZE=8', 'C RCPT TO:<v@x.test>'],
        ...['S 250', 'S 250', 'C BDAT 7 LAST', 'C BDAT a|.b|', 'S 250', 'C QUIT'],
        '[the client hangs up]',
      ],
    ],
    [
      'of an empty message ends it at once',
      { message: [] },
      [
        ...['S 220', 'C HELO mx.a.example', 'S 250', 'C MAIL FROM:<>', 'S 250'],
        ...['C RCPT TO:<v@x.test>', 'S 250', 'C DATA', 'S 354', 'C DATA ', 'S 250'],
        ...['C QUIT', 'S 221'],
      ],
    ],
    [
      'of a probe ends after the recipient, here with RSET',
      { message: undefined, reset: true },
      [
        ...['S 220', 'C HELO mx.a.example', 'S 250', 'C MAIL FROM:<>', 'S 250'],
        ...['C RCPT TO:<v@x.test>', 'S 250', 'C RSET', 'C QUIT', 'S 250', 'S 221'],
      ],
    ],
    [
      'of one that takes the server for a web proxy has a reply to each of its lines',
      { opening: 'CONNECT x.test:25 HTTP/1.0\r\n\r\n', message: undefined },
      [
        ...['S 220', 'C CONNECT x.test:25 HTTP/1.0', 'C ', 'C HELO mx.a.example'],
        ...['S 500', 'S 500', 'S 250', 'C MAIL FROM:<>', 'S 250', 'C RCPT TO:<v@x.test>'],
        ...['S 250', 'C QUIT', 'S 221'],
      ],
    ],
  ])('%s', (_, script, expected) => {
    expect(transcript(script)).toEqual(expected);
  });

  it('offers STARTTLS in clear only, and never to a client of HELO', () => {
    const offers = (script: Partial<Script>) =>
      playDialogue({ ...SCRIPT, ...script }, WAITS, new UsualServer('mx.x.test'))
        .turns.flatMap((turn) => (turn.by === 'server' ? [turn.lines.join(' ')] : []))
        .map((text) => text.includes('STARTTLS'))
        .filter(Boolean).length;
    expect(offers({ greeting: 'EHLO', starttls: true })).toBe(1);
    expect(offers({ greeting: 'EHLO' })).toBe(1);
    expect(offers({})).toBe(0);
  });

  it('takes as long as its round trips, and as its bytes where they drip', () => {
    const took = (script: Partial<Script>) =>
      playDialogue({ ...SCRIPT, ...script }, WAITS, new UsualServer('mx.x.test')).tookMs;
    // HELO, MAIL, RCPT, DATA, the message, QUIT.
    expect(took({})).toBe(60);
    const bytes = Buffer.byteLength(
      'HELO mx.a.example\r\nMAIL FROM:<>\r\nRCPT TO:<v@x.test>\r\nDATA\r\na\r\n..b\r\n.\r\nQUIT\r\n',
    );
    // The first byte of each of the six goes at once.
    expect(took({ dripMs: 1000 })).toBe(60 + (bytes - 6) * 1000);
  });

  it('is the same however its bytes are cut, and a server that knows nobody refuses', () => {
    const inStep = transcript({});
    expect(transcript({ dripMs: 1 })).toEqual(inStep);
    const { state } = playDialogue(SCRIPT, WAITS, new UsualServer('mx.x.test', false));
    expect(state).toBe('rejected');
  });
});
