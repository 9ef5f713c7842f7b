// A target that is about to run out of descriptors: whom it turns away is counted, and the rest served.
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { dial, listen, makeServer } from '../../../src/guard/guard.ts';
import { DescriptorWatch } from '../../../src/target/embedded/descriptor-watch.ts';

const sockets: ReturnType<typeof dial>[] = [];
let server: ReturnType<typeof makeServer> | undefined;
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

/** Answers what the clients met, in the order of their calls: a banner, or the end of the connection. */
async function call(limit: number | undefined, clients: number) {
  server = makeServer({}, (socket) => {
    socket.on('error', () => undefined).write('220 ready\r\n');
    sockets.push(socket);
  });
  const watch = new DescriptorWatch(server, limit);
  const address = await listen(server, { host: '127.0.0.1', port: 0 });
  const met: string[] = [];
  for (let i = 0; i < clients; i += 1) {
    const socket = dial(address);
    sockets.push(socket);
    met.push(
      await Promise.race([
        once(socket, 'data').then(() => 'banner'),
        once(socket, 'close').then(() => 'end'),
      ]),
    );
  }
  return { met, watch };
}

it.each([
  ['as many as it has descriptors for', 66, 2, {}],
  ['one more', 65, 2, { EMFILE: 1 }],
  ['three more', 65, 4, { EMFILE: 3 }],
  ['any number below the limit of this process', undefined, 4, {}],
])('takes %s', async (_, limit, clients, faults) => {
  const { met, watch } = await call(limit, clients);
  watch.look();
  expect(watch.faults).toEqual(faults);
  const turnedAway = 'EMFILE' in faults ? faults.EMFILE : 0;
  expect(met.filter((what) => what === 'end')).toHaveLength(turnedAway ?? 0);
});

it('counts a client that could not be accepted for another reason, and does not die of it', async () => {
  const { watch } = await call(undefined, 1);
  server?.emit('error', Object.assign(new Error('accept'), { code: 'ENFILE' }));
  expect(watch.faults).toEqual({ ENFILE: 1 });
});
