// A dialogue that goes on over TLS after STARTTLS, for tests and for the laboratory's driver, which runs
// outside of vitest: hence no TypeScript (types: tls-dialogue.d.mts).
import { once } from 'node:events';
import { connect } from 'node:tls';

/** Whole replies, one after the other, their lines joined by a bar; undefined when the stream ended. */
async function* repliesOf(stream) {
  let rest = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    // Decoded here: TLS takes a socket over only while it is one of bytes.
    rest += chunk.toString('latin1');
    for (;;) {
      const reply = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(rest)?.[0];
      if (reply === undefined) break;
      rest = rest.slice(reply.length);
      yield reply.trimEnd().replaceAll('\r\n', '|');
    }
  }
}

/** Says a line when the reply to the one before has come; the first reply is awaited first if `greets`. */
async function converse(stream, lines, greets) {
  const replies = [];
  const heard = repliesOf(stream);
  if (greets) replies.push((await heard.next()).value);
  for (const line of lines) {
    stream.write(`${line}\r\n`);
    replies.push((await heard.next()).value);
  }
  await heard.return();
  return replies;
}

export async function speakTls(socket, lines, version, session) {
  const plain = await converse(socket, ['EHLO mx.isp.example', 'STARTTLS'], true);
  const secure = connect({
    socket,
    // Nobody vouches for the certificate, and nobody asks.
    rejectUnauthorized: false,
    minVersion: version,
    maxVersion: version,
    ...(session && { session }),
  });
  let ticket = session;
  secure.on('session', (fresh) => {
    ticket = fresh;
  });
  await once(secure, 'secureConnect');
  const certificate = secure.getPeerX509Certificate()?.subject;
  const replies = await converse(secure, ['EHLO mx.isp.example', ...lines], false);
  const said = { protocol: secure.getProtocol(), resumed: secure.isSessionReused(), certificate };
  secure.destroy();
  return { replies: [...plain, ...replies], session: ticket, ...said };
}
