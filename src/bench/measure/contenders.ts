// Who is measured, as data: which program, how it is told its load, and what it cannot do.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playCommand } from './task.ts';

/** Sessions of one message each into a sink. */
export interface Job {
  readonly port: number;
  readonly sessions: number;
  readonly atOnce: number;
  readonly messageBytes: number;
  readonly rejected: boolean;
  /** Where a contender runs: it may leave files there, as postal does its log. Holds `users`. */
  readonly folder: string;
}

export interface Contender {
  readonly name: string;
  /** Beside Node: what must be there, and how to get it. */
  readonly program?: { readonly path: string; readonly install: string };
  command(job: Job): readonly string[];
  /** Why it cannot do a job; undefined where it can. */
  cannot?(job: Job): string | undefined;
  /** A program of Node's, which prints what its load alone took: `cpuS` and `wallS` as JSON. */
  readonly tellsLoad?: boolean;
  /** It tells of each refusal on standard error, which nobody wants to read. */
  readonly noisy?: boolean;
  /** It sends for ever: it is ended when the sink has seen so many messages. */
  readonly endless?: boolean;
  /** More than this in one run it cannot send. */
  readonly mostSessions?: number;
}

const FROM = 'a@sender.example';
const TO = 'b@xman.test';

export const BLOWBACK: Contender = {
  name: 'blowback',
  tellsLoad: true,
  command: ({ port, sessions, atOnce, messageBytes, rejected }) =>
    playCommand({
      port,
      load: rejected
        ? { kind: 'attack', sessions, atOnce }
        : { kind: 'mail', sessions, atOnce, messageBytes },
    }),
};

export const SMTP_SOURCE: Contender = {
  name: 'smtp-source',
  program: { path: '/usr/sbin/smtp-source', install: 'apt-get install postfix' },
  noisy: true,
  command: ({ port, sessions, atOnce, messageBytes, rejected }) => [
    '/usr/sbin/smtp-source',
    // Goes on after a refusal.
    ...(rejected ? ['-A'] : []),
    ...['-s', String(atOnce), '-m', String(sessions), '-l', String(messageBytes)],
    ...['-f', FROM, '-t', TO, `127.0.0.1:${port}`],
  ],
};

export const NODEMAILER: Contender = {
  name: 'nodemailer',
  tellsLoad: true,
  // Some four times slower than the others.
  mostSessions: 20_000,
  command: ({ port, sessions, atOnce, messageBytes }) => [
    process.execPath,
    fileURLToPath(new URL('../nodemailer-load.js', import.meta.url)),
    ...[port, sessions, atOnce, messageBytes].map(String),
  ],
};

/**
 * postal 0.76 takes no count and refuses more than 511 threads. Its threads tell each result to the main
 * one by 32 bytes in a pipe that is read once a minute: after 2,048 messages the pipe is full and all wait.
 */
export const POSTAL: Contender = {
  name: 'postal',
  program: { path: '/usr/sbin/postal', install: 'apt-get install postal' },
  noisy: true,
  endless: true,
  mostSessions: 1900,
  cannot: ({ atOnce, rejected }) => {
    if (atOnce > 500) return 'postal takes at most 511 threads';
    if (atOnce < 50)
      return 'postal sends 25 messages/s per thread: its writes wait for delayed acknowledgements';
    return rejected ? 'postal sends on for ever and counts no refusal' : undefined;
  },
  command: ({ port, atOnce, messageBytes, folder }) => [
    ...['/usr/sbin/postal', '-t', String(atOnce), '-c', '1', '-r', '1000000'],
    ...['-m', String(messageBytes / 1024), '-M', String(messageBytes / 1024)],
    ...[`[127.0.0.1]${port}`, join(folder, 'users')],
  ],
};
