// The lightest mail server there can be, as a process of its own, so that the generator is what a
// calibration measures. Its parent opens the sockets and hands them over by mode: several such processes
// may share them. Ends with its parent.
import type { makeServer } from '../guard/guard.ts';
import { Dialogue, type Mode } from './bare-dialogue.ts';

type Server = ReturnType<typeof makeServer>;

// The parent's to answer.
process.on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit());
process.on('message', (mode: Mode, server: Server | undefined) => {
  server?.on('connection', (socket) => {
    const dialogue = new Dialogue(mode);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const { replies, isOver } = dialogue.answer(chunk.toString('latin1'));
      if (isOver) socket.end(replies);
      else if (replies !== '') socket.write(replies);
    });
    socket.write(dialogue.banner);
  });
  process.send?.(mode);
});
