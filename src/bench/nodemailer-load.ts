// nodemailer's connection for the bench, as a process of its own:
// `nodemailer-load.js <port> <sessions> <at once> <bytes>`. Prints one line of JSON like generate.ts.
import SMTPConnection from 'nodemailer/lib/smtp-connection';

const [port = 0, sessions = 1, atOnce = 1, messageBytes = 4096] = process.argv.slice(2).map(Number);
const line = `${'x'.repeat(70)}\r\n`;
const message = `Subject: bench\r\n\r\n${line.repeat(Math.ceil(messageBytes / line.length))}`.slice(
  0,
  messageBytes,
);

let started = 0;
let accepted = 0;

function session(): Promise<void> {
  return new Promise((resolve) => {
    const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true });
    connection.once('end', resolve);
    connection.once('error', () => connection.close());
    connection.connect(() => {
      const envelope = { from: 'a@sender.example', to: ['b@xman.test'] };
      connection.send(envelope, message, (error: unknown) => {
        if (!error) accepted += 1;
        connection.quit();
      });
    });
  });
}

async function keepBusy(): Promise<void> {
  while (started < sessions) {
    started += 1;
    await session();
  }
}

const cpu = process.cpuUsage();
const startMs = performance.now();
await Promise.all(Array.from({ length: atOnce }, keepBusy));
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    cpuS: (user + system) / 1e6,
    wallS: (performance.now() - startMs) / 1000,
    accepted,
  }),
);
