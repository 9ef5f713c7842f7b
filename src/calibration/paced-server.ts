// A server with known delays, as a process of its own: `paced-server.js <ms before the banner> <ms before
// the reply to RCPT>`; with -1 the reply never comes, so that sessions stay open in mid-dialogue.
// Tells its parent the port.
import { listen, makeServer } from '../guard/guard.ts';

const [bannerMs = 0, rcptMs = 0] = process.argv.slice(2).map(Number);
const REPLIES: Readonly<Record<string, string>> = {
  EHLO: '250 paced.test\r\n',
  HELO: '250 paced.test\r\n',
  MAIL: '250 2.1.0 ok\r\n',
  RCPT: '550 5.1.1 no such user\r\n',
  QUIT: '221 2.0.0 bye\r\n',
};

const server = makeServer({ noDelay: true }, (socket) => {
  const later = (ms: number, words: string): void => {
    if (ms === 0) socket.write(words);
    else if (ms > 0) setTimeout(() => socket.write(words), ms);
  };
  socket.on('error', () => socket.destroy());
  later(bannerMs, '220 paced.test ESMTP\r\n');
  socket.on('data', (chunk) => {
    const verb = chunk.toString('latin1', 0, 4).toUpperCase();
    later(verb === 'RCPT' ? rcptMs : 0, REPLIES[verb] ?? '500 5.5.2 what?\r\n');
  });
});
const { port } = await listen(server, { host: '127.0.0.1', port: 0, backlog: 65_535 });
process.send?.(port);
process.once('disconnect', () => process.exit());
