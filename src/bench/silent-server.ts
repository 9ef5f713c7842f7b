// A server that answers up to MAIL and never to RCPT, so that sessions stay open in mid-dialogue.
import { listen, makeServer } from '../guard/guard.ts';

const server = makeServer({}, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.write('220 silent.test ESMTP\r\n');
  socket.on('data', (chunk) => {
    const verb = chunk.toString('latin1', 0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'HELO' || verb === 'MAIL') socket.write('250 silent.test\r\n');
  });
});
const { port } = await listen(server, { host: '127.0.0.1', port: 0, backlog: 65_535 });
process.send?.(port);
process.once('disconnect', () => process.exit());
