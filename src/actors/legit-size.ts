// How large legitimate mail is: the distribution `legit-2009`, as quantiles.
//
//   share  24 %  49 %  68 %  80 %  90 %  98.5 %  (100 %)
//   below   2K    4K    8K   16K   64K     1M      1M: the cap

const KIB = 1024;
/** Below this, a message would have no text between its headers. */
const SMALLEST = KIB;
const LARGEST = KIB * KIB;
const CLASSES = [
  { share: 0, below: SMALLEST },
  { share: 0.24, below: 2 * KIB },
  { share: 0.49, below: 4 * KIB },
  { share: 0.68, below: 8 * KIB },
  { share: 0.8, below: 16 * KIB },
  { share: 0.9, below: 64 * KIB },
  { share: 0.985, below: LARGEST },
] as const;

/** The size in bytes that the share `quantile` (0 to 1) of all mail stays below; log-uniform within a class. */
export function legitSize(quantile: number): number {
  for (let i = 1; i < CLASSES.length; i += 1) {
    const from = CLASSES[i - 1];
    const to = CLASSES[i];
    if (from === undefined || to === undefined || quantile >= to.share) continue;
    const within = (quantile - from.share) / (to.share - from.share);
    return Math.round(from.below * (to.below / from.below) ** within);
  }
  return LARGEST;
}
