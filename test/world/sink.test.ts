import { describe, expect, it, vi } from 'vitest';
import { nowMs } from '../../src/clock.ts';
import { dial } from '../../src/guard/guard.ts';
import type { Delivery } from '../../src/world/delivery.ts';
import { startSink } from '../../src/world/sink.ts';
import { Client } from '../target/embedded/client.ts';

/** Sends all at once, and reads until the server hangs up. */
function session(address: { host: string; port: number }, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = dial(address);
    let said = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      // Early talkers are sent away: the banner comes first.
      if (said === '') socket.write(text, 'latin1');
      said += chunk;
    });
    socket.on('close', () => resolve(said));
  });
}

const mail = (from: string, message: string) =>
  `MAIL FROM:<${from}>\r\nRCPT TO:<a@xman.test>\r\nDATA\r\n${message}\r\n.\r\n`;

describe('the sink', () => {
  it('accepts everything and tells one record of each message, in order', async () => {
    const sink = await startSink('127.0.0.1');
    const deliveries: Delivery[] = [];
    sink.onDelivery((batch) => deliveries.push(...batch));
    const before = nowMs();
    const said = await session(
      sink,
      `EHLO x\r\n${mail('', 'Message-ID: <bb.one@isp.test>\r\n\r\n..x')}${mail('b@isp.test', 'no header')}QUIT\r\n`,
    );
    const after = nowMs();
    await sink.stop();
    expect(said.match(/^\d{3}/gm)?.join(' ')).toBe(
      '220 250 250 250 250 250 354 250 250 250 354 250 221',
    );
    expect(deliveries).toMatchObject([
      { id: 'one', reversePath: '', recipients: 1, bytes: 37 },
      { id: undefined, reversePath: 'b@isp.test', bytes: 11 },
    ]);
    for (const { atMs } of deliveries) {
      expect(atMs).toBeGreaterThanOrEqual(before);
      expect(atMs).toBeLessThanOrEqual(after);
    }
  });

  it('behind a target refuses whom the domain has not, and takes all mail of others', async () => {
    const sink = await startSink('127.0.0.1', 0, {
      domain: 'xman.test',
      mailboxes: ['a@xman.test'],
    });
    const said = await session(
      sink,
      'EHLO x\r\nMAIL FROM:<b@isp.test>\r\nRCPT TO:<no@xman.test>\r\nRCPT TO:<A@xman.test>\r\nRCPT TO:<x@isp.test>\r\nQUIT\r\n',
    );
    await sink.stop();
    expect(said.match(/^\d{3}(?: 5\S+)?(?= )/gm)?.join(' ')).toBe(
      '220 250 250 550 5.1.1 250 250 221',
    );
  });

  it('tells bounces, questions and other mail apart, with samples of what leaves the domain', async () => {
    const sink = await startSink('127.0.0.1', 0, { domain: 'xman.test' });
    const deliveries: Delivery[] = [];
    sink.onDelivery((batch) => deliveries.push(...batch));
    const to = (recipient: string, from: string, message: string) =>
      mail(from, message).replace('a@xman.test', recipient);
    const bounce = 'Content-Type: multipart/report\r\n\r\nFinal-Recipient: rfc822; q@xman.test';
    await session(
      sink,
      `EHLO x\r\n${mail('', bounce)}${to('c@isp.test', '', bounce)}${to('c@isp.test', 'd@xman.test', 'Subject: hi\r\n\r\nx')}MAIL FROM:<e@xman.test>\r\nRCPT TO:<f@isp.test>\r\nQUIT\r\n`,
    );
    // The thread may hear of the session's end later than we do.
    await vi.waitFor(() => expect(deliveries).toHaveLength(4));
    await sink.stop();
    const seen = deliveries.map(({ kind, reversePath, sample }) => [
      kind,
      reversePath,
      sample?.to ?? '',
    ]);
    expect(seen).toEqual([
      ['unsolicited', '', ''],
      ['bounce', '', 'c@isp.test'],
      ['other', 'd@xman.test', 'c@isp.test'],
      ['probe', 'e@xman.test', ''],
    ]);
    expect(deliveries[1]?.bounce).toEqual({ failed: 1 });
  });

  it('says nothing of the first look at a server, its bounce and questions about its sender', async () => {
    const sink = await startSink('127.0.0.1', 0, { domain: 'xman.test' });
    const deliveries: Delivery[] = [];
    sink.onDelivery((batch) => deliveries.push(...batch));
    const looker = 'probe@probe.invalid';
    const bounce = mail('', 'Content-Type: multipart/report\r\n\r\nno').replace(
      'a@xman.test',
      looker,
    );
    const question = `MAIL FROM:<double-bounce@xman.test>\r\nRCPT TO:<${looker}>\r\nRSET\r\n`;
    const asked = `MAIL FROM:<${looker}>\r\nRCPT TO:<a@xman.test>\r\nRSET\r\n`;
    const last = mail('b@isp.test', 'counted');
    await session(
      sink,
      `EHLO x\r\n${mail(looker, 'x')}${bounce}${question}${asked}${last}QUIT\r\n`,
    );
    await sink.stop();
    expect(deliveries.map(({ reversePath }) => reversePath)).toEqual(['b@isp.test']);
  });

  it('has told every delivery when it has stopped, and hangs up on who is there', async () => {
    const sink = await startSink('127.0.0.1');
    let count = 0;
    sink.onDelivery((batch) => {
      count += batch.length;
    });
    const sessions = Array.from({ length: 20 }, (_, i) =>
      session(
        sink,
        `HELO x\r\n${mail('', `Message-ID: <bb.${i}@isp.test>\r\n\r\nx`).repeat(5)}QUIT\r\n`,
      ),
    );
    await Promise.all(sessions);
    const idle = new Client(sink);
    await idle.reply();
    await sink.stop();
    expect(count).toBe(100);
    await idle.ended;
  });

  it('on an address that is not admitted is refused by the guard', async () => {
    await expect(startSink('192.0.2.1')).rejects.toMatchObject({ name: 'UserError', exitCode: 4 });
  });
});
