// Latencies counted in the buckets of an HDR histogram: whole microseconds, 1 µs to one hour, three
// significant digits. Recording is one addition; the histogram itself is made when somebody reads.
//
//   µs      0 … 2047 | 2048 … 4095 | 4096 … 8191 | …
//   buckets one each | 1024        | 1024        | …
import type { Histogram } from 'hdr-histogram-js';

export const HIGHEST_US = 3_600_000_000;
const HIGHEST_MS = HIGHEST_US / 1000;
/** Buckets of one µs, 2^11; each later doubling has half as many. */
const SINGLE = 2048;
const HALF_BITS = 10;
/** 32 less the 11 bits of SINGLE: the leading zeros of the last number below it. */
const ZEROS = 21;

export class BucketCounts {
  /** As long as the slowest value needs. A 32nd bit more would last for four thousand million sessions. */
  private counts = new Uint32Array(SINGLE);

  /**
   * 5 ns; a call into the library's WebAssembly took 30 and in JavaScript 127, nine times a session.
   */
  recordMs(ms: number): void {
    const us = wholeUs(ms);
    const shift = us < SINGLE ? 0 : ZEROS - Math.clz32(us);
    const bucket = (shift << HALF_BITS) + (us >>> shift);
    if (bucket >= this.counts.length) this.growBeyond(bucket);
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
  }

  addTo(histogram: Histogram): void {
    this.counts.forEach((count, bucket) => {
      if (count > 0) histogram.recordValueWithCount(lowestOf(bucket), count);
    });
  }

  private growBeyond(bucket: number): void {
    const doublings = 1 + (bucket >>> HALF_BITS);
    const longer = new Uint32Array(doublings << HALF_BITS);
    longer.set(this.counts);
    this.counts = longer;
  }
}

/** Rounded, and within what a histogram holds. */
export function wholeUs(ms: number): number {
  if (!(ms > 0)) return 0;
  return ms < HIGHEST_MS ? (ms * 1000 + 0.5) >>> 0 : HIGHEST_US;
}

/** The least value of a bucket, which stands for all of them: the library's buckets are the same. */
function lowestOf(bucket: number): number {
  if (bucket < SINGLE) return bucket;
  const shift = (bucket >>> HALF_BITS) - 1;
  return (bucket - (shift << HALF_BITS)) * 2 ** shift;
}
