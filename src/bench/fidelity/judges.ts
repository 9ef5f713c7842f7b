// Bounce parsers that others wrote, run over files of messages: each is a Debian package and a small
// script in judges/ that prints its opinions as JSON.

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
  /** Tells no addresses, only whether it is a bounce. */
  readonly namesNobody?: boolean;
}

export interface Opinion {
  readonly recognised: boolean;
  /** Addresses that it takes for failed. */
  readonly failed: readonly string[];
  /** The system that it takes the bounce to be from. */
  readonly agent?: string | null;
  readonly defects?: readonly string[];
  /** Which of its rules say so. */
  readonly rules?: readonly string[];
}

/** From dist/ and from src/ alike: the scripts are not compiled. */
const SCRIPTS = new URL('../../../src/bench/fidelity/judges/', import.meta.url);
// Debian's own: others in the path would not see Debian's packages.
const PYTHON = '/usr/bin/python3';
const PERL = '/usr/bin/perl';

export const MAILMAN: Judge = {
  name: "Mailman's bounce detector",
  debianPackage: 'python3-flufl.bounce',
  program: PYTHON,
  probe: ['-c', 'import flufl.bounce'],
  script: 'mailman.py',
};
export const BOUNCE_PARSER: Judge = {
  name: 'Mail::DeliveryStatus::BounceParser',
  debianPackage: 'libmail-deliverystatus-bounceparser-perl',
  program: PERL,
  probe: ['-MMail::DeliveryStatus::BounceParser', '-e', '1'],
  script: 'bounceparser.pl',
};
export const SISIMAI: Judge = {
  name: 'Sisimai',
  debianPackage: 'libsisimai-perl',
  program: PERL,
  probe: ['-MSisimai', '-e', '1'],
  script: 'sisimai.pl',
};
export const SPAMASSASSIN: Judge = {
  name: "SpamAssassin's VBounce",
  debianPackage: 'spamassassin',
  program: PERL,
  probe: ['-MMail::SpamAssassin::Plugin::VBounce', '-e', '1'],
  script: 'spamassassin.pl',
  namesNobody: true,
};
export const PYTHON_EMAIL: Judge = {
  name: "Python's MIME parser",
  debianPackage: 'python3',
  program: PYTHON,
  probe: ['-c', 'import email.policy'],
  script: 'defects.py',
};

export function isInstalled(judge: Judge): boolean {
  return spawnSync(judge.program, judge.probe).status === 0;
}

/** As Debian numbers it; undefined where it came in another way. */
export function versionOf({ debianPackage }: Judge): string | undefined {
  const asked = spawnSync('/usr/bin/dpkg-query', ['-W', debianPackage], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim().split('\t')[1] : undefined;
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
    const script = fileURLToPath(new URL(judge.script, SCRIPTS));
    const done = spawnSync(judge.program, [script, ...files], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 ** 2,
    });
    if (done.status !== 0)
      throw new Error(`${judge.name} (${judge.debianPackage}): ${done.error ?? done.stderr}`);
    return JSON.parse(done.stdout) as Opinion[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
