// What is measured of every sender: how many of its messages each judge takes for bounces and with whom
// as the failed recipient, and how large the messages are.

import { ask, type Judge } from './judges.ts';
import { type NamedSender, sampleMessages, sampleSizes } from './senders.ts';

/** Shares of 1. */
export interface Rate {
  readonly recognised: number;
  /** With the address that the forged mail was for, and no other; absent where there is none to name. */
  readonly rightRecipient?: number;
}

/** A judge and the form in which it is shown the messages. */
export interface Column {
  readonly judge: Judge;
  readonly title: string;
  readonly returnPath: boolean;
}

/** One rate per column, in order. */
export async function judgeSender(
  { actor, namesFailed }: NamedSender,
  columns: readonly Column[],
  count: number,
): Promise<Rate[]> {
  const samples = await sampleMessages(actor, count);
  return columns.map(({ judge, returnPath }) => {
    const opinions = ask(
      judge,
      samples.map((sample) =>
        returnPath ? Buffer.concat([sample.returnPath, sample.message]) : sample.message,
      ),
    );
    const share = (test: (i: number) => boolean): number =>
      samples.filter((_, i) => test(i)).length / samples.length;
    const recognised = share((i) => opinions[i]?.recognised === true);
    if (judge.namesNobody || !namesFailed) return { recognised };
    const rightRecipient = share((i) => {
      const failed = opinions[i]?.failed ?? [];
      return failed.length === 1 && failed[0] === samples[i]?.failedRecipient;
    });
    return { recognised, rightRecipient };
  });
}

export interface Sizes {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly mean: number;
}

export async function sizesOf(
  { actor }: Pick<NamedSender, 'actor'>,
  count: number,
): Promise<Sizes> {
  const sizes = (await sampleSizes(actor, count)).sort((a, b) => a - b);
  const at = (share: number): number => sizes[Math.floor(share * sizes.length)] ?? Number.NaN;
  const mean = sizes.reduce((sum, bytes) => sum + bytes, 0) / sizes.length;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), mean };
}
