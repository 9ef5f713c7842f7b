// One measured value against one limit, exactly: shares are compared as the integers that they came
// from, and a quantile that holds undelivered mail counts as endless.
import type { Gate } from '../scenario/scenario.ts';

/** A measured value; `n` and `censored` as in result.ts. */
export interface Reading {
  readonly value: number;
  readonly unit?: string | undefined;
  readonly n?: number | undefined;
  readonly censored?: boolean | undefined;
}

export function holds({ op, limit }: Pick<Gate, 'op' | 'limit'>, reading: Reading): boolean {
  const order = compare(reading, limit);
  switch (op) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
  }
}

/** Negative, zero or positive, as the value is below, at or above the limit. */
function compare(reading: Reading, limit: number): number {
  if (reading.censored === true) return 1;
  return compareShares(reading, limit) ?? reading.value - limit;
}

/** A percentage has at most this many parts: 99.9999999 %. */
const PARTS = 1e9;

/**
 * k of n against a percentage, as k × PARTS against parts × n: in floating point 999/1000 may come
 * out below 99.9/100. Undefined for what is no share of n.
 */
function compareShares({ value, unit, n }: Reading, limit: number): number | undefined {
  if (unit !== 'share' || n === undefined) return undefined;
  const k = Math.round(value * n);
  // CPU shares have samples too, but are no k of n.
  if (Math.abs(value * n - k) > 1e-6) return undefined;
  const difference = BigInt(k) * BigInt(PARTS) - BigInt(Math.round(limit * PARTS)) * BigInt(n);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
