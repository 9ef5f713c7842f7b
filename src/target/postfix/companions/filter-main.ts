// The content filter's own process: stands between two smtpd, hands the dialogue on as it is, and looks at
// each message when it is complete. Its arguments: port, the port behind, CPU and waiting time in ms.
import { dial, listen, makeServer } from '../../../guard/guard.ts';
import type { ContentFilter } from '../../../tuning/tuning.ts';
import { scan } from '../../scan.ts';
import { Dialogue } from './held-message.ts';

const HOST = '127.0.0.1';

async function serve(port: number, behindPort: number, filter: ContentFilter): Promise<void> {
  const server = makeServer({ noDelay: true }, (client) => {
    const behind = dial({ host: HOST, port: behindPort, noDelay: true });
    const dialogue = new Dialogue();
    let before = Promise.resolve();
    client.setEncoding('latin1');
    behind.setEncoding('latin1');
    client.on('data', (text: string) => {
      for (const passage of dialogue.fromClient(text)) {
        before = before.then(async () => {
          if (passage.kind === 'message') await scan(filter);
          behind.write(passage.text, 'latin1');
        });
      }
    });
    behind.on('data', (text: string) => {
      dialogue.fromServer(text);
      client.write(text, 'latin1');
    });
    // Either side may be ended at any moment, and takes the other with it.
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      one.on('error', () => one.destroy());
      one.on('close', () => other.end());
    }
  });
  await listen(server, { host: HOST, port, backlog: 4096 });
}

const [port = 0, behindPort = 0, cpuMs = 0, waitMs = 0] = process.argv.slice(2).map(Number);
await serve(port, behindPort, { cpuMs, waitMs });
