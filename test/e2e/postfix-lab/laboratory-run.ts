// Starts the driver in a laboratory of its own, or says why this machine cannot open one.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UserError } from '../../../src/errors.ts';
import type { Hosts } from '../../../src/plan/plan.ts';
import type { ClientChoice, WorldDns } from '../../../src/scenario/scenario.ts';
import { postfixPrograms } from '../../../src/target/postfix/needs.ts';
import type { MessageAccount, TargetSample, TargetTotals } from '../../../src/target/target.ts';
import type { Tuning } from '../../../src/tuning/tuning.ts';
import type { Delivery } from '../../../src/world/delivery.ts';
import { requireLaboratory } from '../../../src/world/laboratory.ts';
import type { QuestionCounts } from '../../../src/world/names/counts.ts';
import { requirePrograms } from '../../../src/world/programs.ts';
import type { TlsVersion } from '../../target/tls-dialogue.mjs';

const DRIVER = fileURLToPath(new URL('driver.mjs', import.meta.url));

export interface Case {
  readonly tuning: Tuning;
  /** `address` where it is not said. */
  readonly client?: ClientChoice;
  readonly recipients: readonly string[];
  readonly talks: readonly Talk[];
  /** Hosts of seed 1 that are bots'. */
  readonly bots?: readonly Hosts[];
  readonly dns?: Partial<WorldDns>;
  /** Connections that say nothing while the sample is taken. */
  readonly keepOpen?: number;
  /** Campaign seconds per second; 1 where it is not said. */
  readonly compress?: number;
  /** The name of a process that is killed at the end; the target then tells. */
  readonly kills?: string;
}

export type Talk =
  | {
      readonly from: string;
      /** Sent with the connection, in bytes of latin1. */
      readonly preface?: string;
      readonly lines: readonly (string | null)[];
    }
  | { readonly from: string; readonly tls: TlsVersion; readonly lines: readonly string[] }
  /** Hangs up as soon as it is connected. */
  | { readonly from: string; readonly leaves: true }
  | { readonly waitMs: number };

export interface Seen {
  readonly replies: readonly (readonly string[])[];
  /** How long each reply of a dialogue in clear took, in ms. */
  readonly waits: readonly (readonly number[])[];
  readonly died?: string;
  /** Of the dialogues over TLS. */
  readonly secured: readonly { readonly protocol: string; readonly resumed: boolean }[];
  readonly sample: TargetSample;
  /** The longest accept queue that was seen. */
  readonly peakQueue: number;
  readonly totals: TargetTotals;
  readonly deliveries: readonly Delivery[];
  /** What the name server was asked. */
  readonly questions: QuestionCounts;
  readonly version: string;
  readonly configuration: readonly string[];
  /** Legitimate ones as the log has them, by ledger id. */
  readonly messages: readonly (readonly [string, MessageAccount])[];
  /** Names of processes that there still were after the stop. */
  readonly left: readonly string[];
  readonly error?: { readonly message: string; readonly hint?: string; readonly exitCode: number };
}

/** Why these tests cannot run here. Undefined when they can, or when BLOWBACK_REQUIRE wants them to. */
export function reasonToSkip(): string | undefined {
  if (process.env['BLOWBACK_REQUIRE']?.includes('postfix')) return undefined;
  try {
    requireLaboratory(postfixPrograms());
    return undefined;
  } catch (error) {
    const { message, hint } = error as UserError;
    return `${message}. ${hint ?? ''}`;
  }
}

/** Why a case cannot be played here: what its tuning needs is missing. As above; a name of its own. */
export function reasonToLeaveOut({ tuning }: Pick<Case, 'tuning'>): string | undefined {
  if (process.env['BLOWBACK_REQUIRE']?.includes('companions')) return undefined;
  try {
    requirePrograms(postfixPrograms([tuning]));
    return undefined;
  } catch (error) {
    const { message, hint } = error as UserError;
    return `${message}. ${hint ?? ''}`;
  }
}

export function startDriver(mode: string, file: string): ChildProcess {
  return spawn(process.execPath, [DRIVER, mode, file], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Plays the cases one after the other in one laboratory. */
export async function play(cases: readonly Case[]): Promise<Seen[]> {
  const directory = mkdtempSync(join(tmpdir(), 'blowback-test-'));
  try {
    const file = join(directory, 'cases.json');
    writeFileSync(file, JSON.stringify(cases));
    const child = startDriver('cases', file);
    let output = '';
    let errors = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`the driver ended with ${code}: ${errors}`);
    return JSON.parse(output) as Seen[];
  } finally {
    rmSync(directory, { recursive: true });
  }
}
