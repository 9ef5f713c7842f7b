/** Of a difference; each bound is missed with the probability that its maker was given. */
export interface Estimate {
  readonly centre: number;
  readonly low: number;
  readonly high: number;
}
