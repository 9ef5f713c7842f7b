// Which simulated host a session comes from: few hosts send much, most send once (Zipf, exponent 1).

export type Zipf = (uniform: number) => number;

/** Maps a number in [0, 1) to a rank in [0, count). Holds 8 bytes a rank. */
export function makeZipf(count: number): Zipf {
  const cumulative = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) {
    sum += 1 / (rank + 1);
    cumulative[rank] = sum;
  }
  return (uniform) => {
    const wanted = uniform * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
