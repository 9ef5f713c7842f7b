// What the embedded target's process and its parent say to each other.
import type { ExitCode } from '../../errors.ts';
import type { Site, TargetSample, TargetTotals } from '../target.ts';

export type Order =
  | { readonly kind: 'start'; readonly site: Site }
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
  | { readonly kind: 'sample'; readonly id: number; readonly sample: TargetSample }
  | { readonly kind: 'stopped'; readonly totals: TargetTotals };
