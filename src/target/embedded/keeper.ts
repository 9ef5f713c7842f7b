// The end of accepted mail where nothing stands behind the server: dropped, or kept in a Maildir, one file
// each, byte by byte as it came, its envelope before it.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import { HOST_NAME } from '../../world/prompt-server.ts';
import type { Message, Outlet } from './deliverer.ts';

/** Nothing is ever under way: what was accepted is kept or gone already. */
const SETTLED = {
  figures: () => ({ queue: 0 }),
  failed: 0,
  swallowed: 0,
  bounced: 0,
  drain: () => Promise.resolve(),
} as const;

export const dropping: Outlet = { ...SETTLED, accept: () => undefined };

/** @throws UserError (3) when the folder cannot be made; so does accept() when it cannot be written to. */
export function keepIn(folder: string): Outlet {
  const root = resolve(folder);
  attempt(root, () => {
    for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(root, part), { recursive: true });
  });
  let kept = 0;
  return {
    ...SETTLED,
    accept: (message) => {
      kept += 1;
      const name = fileName(kept);
      attempt(root, () => {
        // A reader of the Maildir sees whole messages only.
        writeFileSync(join(root, 'tmp', name), withEnvelope(message), { flag: 'wx' });
        renameSync(join(root, 'tmp', name), join(root, 'new', name));
      });
    },
  };
}

/** Unique as https://cr.yp.to/proto/maildir.html wants it: no second process has our number at once. */
function fileName(count: number): string {
  return `${Math.floor(Date.now() / 1000)}.P${process.pid}Q${count}.${HOST_NAME}`;
}

function withEnvelope({ reversePath, recipients, raw }: Message): Buffer {
  const lines = [
    `Return-Path: <${reversePath}>`,
    ...recipients.map((recipient) => `Delivered-To: ${recipient}`),
  ];
  return Buffer.concat([Buffer.from(lines.map((line) => `${line}\r\n`).join('')), raw]);
}

function attempt(folder: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`cannot keep mail in ${folder}: ${reason}`, {
      exitCode: EXIT.environment,
      cause,
    });
  }
}
