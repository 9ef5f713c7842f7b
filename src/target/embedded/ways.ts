// Where a server's accepted mail goes on to, recipient by recipient, and how patient it is about that. A
// server alone hands everything to the sink; one in front of another hands its domain's mail to that one.
import type { Site } from '../target.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What makes a server the one in front of another; all of it can be sent to a process. */
interface HandsOn {
  readonly next: Address;
  /** Addresses whose mail ends here. */
  readonly swallowed: readonly string[];
  /** Addresses whose mail is delivered from here: to the sink. */
  readonly kept: readonly string[];
  /** Whether it asks the next server about every recipient. */
  readonly asks: boolean;
}

/** A site, and the server's part in it where it is one of two. */
export interface PlacedSite extends Site {
  readonly handsOn?: HandsOn;
}

export type Way = 'sink' | 'next' | 'swallow';

export function wayFinder({ domain, handsOn }: PlacedSite): (recipient: string) => Way {
  if (!handsOn) return () => 'sink';
  const swallowed = lowerCased(handsOn.swallowed);
  const kept = lowerCased(handsOn.kept);
  return (recipient) => {
    const address = recipient.toLowerCase();
    if (swallowed.has(address)) return 'swallow';
    return kept.has(address) || !isOf(domain, address) ? 'sink' : 'next';
  };
}

/** RFC 5321 §4.1.1.3: a postmaster without a domain is this domain's. */
export function isOf(domain: string, recipient: string): boolean {
  const address = recipient.toLowerCase();
  return !address.includes('@') || address.endsWith(`@${domain.toLowerCase()}`);
}

function lowerCased(addresses: readonly string[]): ReadonlySet<string> {
  return new Set(addresses.map((address) => address.toLowerCase()));
}

/** A sink on the same machine that fails longer than this is gone. */
const TO_SINK_MS = [100, 300, 1000];
/** minimal_backoff_time and maximal_backoff_time, campaign time. */
const FIRST_GAP_MS = 300_000;
const LONGEST_GAP_MS = 4000_000;

/**
 * How long to wait before the next attempt, in ms; undefined: no more attempts. The next server is never
 * given up within a run: five days pass first.
 * @param failures attempts so far, 1 at least
 */
export function retryGapMs(way: Way, failures: number, compress: number): number | undefined {
  if (way !== 'next') return TO_SINK_MS[failures - 1];
  return Math.min(FIRST_GAP_MS * 2 ** (failures - 1), LONGEST_GAP_MS) / compress;
}
