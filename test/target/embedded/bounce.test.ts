import { describe, expect, it } from 'vitest';
import { bounceOf } from '../../../src/target/embedded/bounce.ts';
import { retryGapMs } from '../../../src/target/embedded/ways.ts';
import { classify } from '../../../src/world/classify.ts';

const HEAD = 'From: a@sender.test\r\nMessage-ID: <bb.0.7@a.example>\r\nSubject: x';
const bounce = async (text: string, recipients = ['nobody@xman.test']) => {
  const raw = Buffer.from(text, 'latin1');
  const refused = recipients.map((recipient) => ({
    recipient,
    reply: '550-5.1.1 No such\r\n550 5.1.1 mailbox',
  }));
  return bounceOf({ reversePath: 'a@sender.test', recipients, raw }, refused);
};

describe('the report of what could not be delivered', () => {
  it('goes from the null sender to the one who wrote', async () => {
    const { reversePath, recipients } = await bounce(`${HEAD}\r\n\r\nHello.\r\n`);
    expect([reversePath, recipients]).toEqual(['', ['a@sender.test']]);
  });

  it('says of each recipient what was said, and is what the sink takes for a bounce', async () => {
    const { raw } = await bounce(`${HEAD}\r\n\r\n\xe4\r\n`, ['x@xman.test', 'y@xman.test']);
    const text = raw.toString('latin1');
    expect(text).toMatch(/^Content-Type: multipart\/report; report-type=delivery-status;/m);
    expect(text).toContain('Final-Recipient: rfc822; y@xman.test\r\nAction: failed\r\n');
    expect(text).toContain('Status: 5.1.1\r\n');
    expect(text).toContain('Diagnostic-Code: smtp; 550-5.1.1 No such 550 5.1.1 mailbox\r\n');
    expect(text).toContain(`Content-Type: message/rfc822\r\n`);
    expect(text).toContain(`${HEAD}\r\n\r\n\xe4\r\n`);
    const envelope = { reversePath: '', recipients: ['a@sender.test'], leaves: true };
    expect(classify(envelope, text)).toMatchObject({
      kind: 'bounce',
      bounce: { failed: 2, about: '0.7' },
    });
  });

  it('returns of a large message its header only', async () => {
    const { raw } = await bounce(`${HEAD}\r\n\r\n${'secret\r\n'.repeat(10_000)}`);
    const text = raw.toString('latin1');
    expect(text).toContain(`Content-Type: text/rfc822-headers\r\n`);
    expect(text).toContain(HEAD);
    expect(text).not.toContain('secret');
  });
});

describe('the gaps between attempts', () => {
  it.each([
    ['sink', 1, [100, 300, 1000, undefined]],
    ['next', 60, [5000, 10_000, 20_000, 40_000, 66_667, 66_667]],
  ] as const)('to the %s, at a compression of %i', (way, compress, gaps) => {
    const found = gaps.map((_, i) => retryGapMs(way, i + 1, compress));
    expect(found.map((gap) => gap && Math.round(gap))).toEqual(gaps);
  });
});
