// The regularised incomplete beta function and its inverse, from which the other quantiles come.
// Formulas: NIST Digital Library of Mathematical Functions, §8.17 (continued fraction 8.17.22) and §5.

/** Stirling's series (DLMF 5.11.1) is exact to a double from here on; smaller arguments are raised. */
const STIRLING_FROM = 15;
/** B₂ₖ / (2k (2k − 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];
const TINY = 1e-300;
const MOST_TERMS = 10_000;

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  let raised = 1;
  let z = x;
  for (; z < STIRLING_FROM; z += 1) raised *= z;
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k -= 1) {
    series = series / (z * z) + (STIRLING[k] ?? 0);
  }
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series / z - Math.log(raised);
}

/** Iₓ(a, b) for x in [0, 1] and a, b > 0: the probability that a beta variable is at most x. */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges quickly below the mean, and the complement is as good.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  return (front / a) * continuedFraction(x, a, b);
}

/** Lentz' method: numerators and denominators are kept as ratios, and away from zero. */
function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= MOST_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / awayFromZero(1 + term * d);
      c = awayFromZero(1 + term / c);
      step = c * d;
      value *= step;
    }
    if (Math.abs(step - 1) < Number.EPSILON) break;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** The x with Iₓ(a, b) = p, by halving: slower than Newton's method, and cannot miss. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  let low = 0;
  let high = 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (betaCdf(middle, a, b) < p) low = middle;
    else high = middle;
  }
}
