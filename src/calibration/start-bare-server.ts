// Starts the bare server's processes: this one opens a socket per mode and hands it to each of them, and
// the kernel deals the connections out.
import { type ChildProcess, fork } from 'node:child_process';
import { listen, makeServer } from '../guard/guard.ts';
import { MODES, type Mode } from './bare-dialogue.ts';

export interface BareServer {
  readonly host: string;
  readonly ports: Readonly<Record<Mode, number>>;
  stop(): void;
}

const HOST = '127.0.0.1';
/** The kernel lowers it to its own ceiling. */
const BACKLOG = 65_535;

export async function startBareServer(processes: number): Promise<BareServer> {
  const program = new URL('../../dist/calibration/bare-server.js', import.meta.url);
  const children = Array.from({ length: processes }, () => fork(program, { stdio: 'inherit' }));
  const stop = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  try {
    const ports = { reject: 0, accept: 0, hold: 0 };
    for (const mode of MODES) ports[mode] = await open(mode, children);
    return { host: HOST, ports, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** The port. It is closed here once the children have it: else this process would accept as well. */
async function open(mode: Mode, children: readonly ChildProcess[]): Promise<number> {
  const server = makeServer({}, (socket) => socket.destroy());
  const { port } = await listen(server, { host: HOST, port: 0, backlog: BACKLOG });
  try {
    await Promise.all(children.map((child) => hand(child, mode, server)));
  } finally {
    server.close();
  }
  return port;
}

function hand(
  child: ChildProcess,
  mode: Mode,
  server: ReturnType<typeof makeServer>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error("the calibration's server ended by itself"));
    child.once('exit', onExit);
    child.once('error', reject);
    child.once('message', () => {
      child.off('exit', onExit);
      child.off('error', reject);
      resolve();
    });
    child.send(mode, server);
  });
}
