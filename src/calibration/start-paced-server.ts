// Starts paced-server.ts for a measurement and ends it after.
import { fork } from 'node:child_process';

export async function startPacedServer(
  bannerMs: number,
  rcptMs: number,
): Promise<{ readonly port: number; stop(): void }> {
  const program = new URL('./paced-server.js', import.meta.url);
  const server = fork(program, [String(bannerMs), String(rcptMs)]);
  const port = await new Promise<number>((resolve) => {
    server.once('message', (message) => resolve(Number(message)));
  });
  return { port, stop: () => void server.kill() };
}
