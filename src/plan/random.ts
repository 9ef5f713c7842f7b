// Counter-based random numbers: the n-th number of a stream is a pure function of seed, stream and n.
// So any worker can derive session i without the i−1 before it, and the plan is the same everywhere.

/** A stream of numbers in [0, 1). Each call gives the next one. */
export type Random = () => number;

/** 32-bit finaliser of MurmurHash3 (public domain): every input bit flips half the output bits. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A 32-bit hash of up to four integers. */
export function hash(a: number, b = 0, c = 0, d = 0): number {
  let h = mix(a + 0x9e3779b9);
  h = mix(h ^ (b + 0x7f4a7c15));
  h = mix(h ^ (c + 0x165667b1));
  return mix(h ^ (d + 0x27d4eb2f)) >>> 0;
}

/** The number in [0, 1) that belongs to these integers; 32 bits of resolution. */
export function uniform(seed: number, stream: number, index: number, lane = 0): number {
  return hash(seed, stream, index, lane) / 4294967296;
}

/** A stream that starts from these integers; for builders that need an unknown count of numbers. */
export function randomStream(seed: number, stream: number, index = 0): Random {
  let lane = 0;
  return () => uniform(seed, stream, index, ++lane);
}

/** Standard normal from two uniforms (Box–Muller). */
export function normal(u1: number, u2: number): number {
  return Math.sqrt(-2 * Math.log(1 - u1)) * Math.cos(2 * Math.PI * u2);
}
