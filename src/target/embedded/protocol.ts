// What the embedded target's process and its parent say to each other.
import type { ExitCode } from '../../errors.ts';
import type { TargetSample, TargetTotals } from '../target.ts';
import type { PlacedSite } from './ways.ts';

/** Since the start: what a pair tells of its two servers. */
export interface Passed {
  readonly sessions: number;
  /** Questions about addresses that it has asked the server behind. */
  readonly asked: number;
  readonly swallowed: number;
}

export type Order =
  | { readonly kind: 'start'; readonly site: PlacedSite }
  | { readonly kind: 'sample'; readonly id: number }
  | { readonly kind: 'stop' };

export type Answer =
  | {
      readonly kind: 'ready';
      readonly address: { readonly host: string; readonly port: number };
      readonly configuration: readonly string[];
    }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly exitCode: ExitCode;
      readonly hint: string | undefined;
    }
  | {
      readonly kind: 'sample';
      readonly id: number;
      readonly sample: TargetSample;
      readonly passed: Passed;
    }
  | { readonly kind: 'stopped'; readonly totals: TargetTotals; readonly passed: Passed };
