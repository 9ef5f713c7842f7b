// Runs bounce parsers that others wrote over files of messages. Where one is missing its tests are
// skipped with the Debian package's name, or fail when BLOWBACK_REQUIRE names `bounceparser`.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Judge {
  readonly name: string;
  readonly debianPackage: string;
  readonly program: string;
  /** Ends with 0 where the judge can be had. */
  readonly probe: readonly string[];
  readonly script: string;
}

export interface Opinion {
  /** Addresses that it takes for failed. */
  readonly failed?: readonly string[];
  /** The system that it takes the bounce to be from. */
  readonly agent?: string | null;
  readonly defects?: readonly string[];
}

// Debian's own Python: another one in the path would not see Debian's packages.
const PYTHON = '/usr/bin/python3';

export const BOUNCE_PARSER: Judge = {
  name: 'Mail::DeliveryStatus::BounceParser',
  debianPackage: 'libmail-deliverystatus-bounceparser-perl',
  program: 'perl',
  probe: ['-MMail::DeliveryStatus::BounceParser', '-e', '1'],
  script: 'bounceparser.pl',
};
export const SISIMAI: Judge = {
  name: 'Sisimai',
  debianPackage: 'libsisimai-perl',
  program: 'perl',
  probe: ['-MSisimai', '-e', '1'],
  script: 'sisimai.pl',
};
export const MAILMAN: Judge = {
  name: "Mailman's bounce detector",
  debianPackage: 'python3-flufl.bounce',
  program: PYTHON,
  probe: ['-c', 'import flufl.bounce'],
  script: 'mailman.py',
};
export const PYTHON_EMAIL: Judge = {
  name: "Python's MIME parser",
  debianPackage: 'python3',
  program: PYTHON,
  probe: ['-c', 'import email.policy'],
  script: 'defects.py',
};

/** False: skip. Missing but required by the environment counts as there, so that its tests fail. */
export function canAsk(judge: Judge): boolean {
  const there = spawnSync(judge.program, judge.probe).status === 0;
  if (there) return true;
  if ((process.env['BLOWBACK_REQUIRE'] ?? '').includes('bounceparser')) return true;
  console.log(`skipped: ${judge.name} is missing; apt-get install ${judge.debianPackage}`);
  return false;
}

/** One opinion per message, in order. */
export function ask(judge: Judge, messages: readonly Uint8Array[]): Opinion[] {
  const folder = mkdtempSync(join(tmpdir(), 'blowback-judge-'));
  try {
    const files = messages.map((message, i) => {
      const file = join(folder, `${i}.eml`);
      writeFileSync(file, message);
      return file;
    });
    const script = fileURLToPath(new URL(`judges/${judge.script}`, import.meta.url));
    const done = spawnSync(judge.program, [script, ...files], { encoding: 'utf8' });
    if (done.status !== 0)
      throw new Error(`${judge.name} (${judge.debianPackage}): ${done.error ?? done.stderr}`);
    return JSON.parse(done.stdout) as Opinion[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
