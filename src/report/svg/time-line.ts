// Lines over time that stay small however long a run was: the smallest and the largest value of each
// bucket, never a mean, so that a spike of one second is still there.
import { px } from './element.ts';
import type { Scale } from './scale.ts';

export interface Point {
  readonly t: number;
  /** Undefined: no data, the line breaks. Infinity: beyond every scale, drawn at the top. */
  readonly value: number | undefined;
}

interface Bucket {
  readonly t: number;
  readonly low: number;
  readonly high: number;
}

/** At most `most` buckets; a bucket without any value is undefined. */
export function minMaxBuckets(points: readonly Point[], most: number): (Bucket | undefined)[] {
  const size = Math.max(1, Math.ceil(points.length / most));
  const buckets: (Bucket | undefined)[] = [];
  for (let i = 0; i < points.length; i += size) {
    const members = points.slice(i, i + size);
    const values = members.map((point) => point.value).filter((value) => value !== undefined);
    const first = members[0];
    const last = members.at(-1);
    buckets.push(
      first && last && values.length > 0
        ? {
            t: (first.t + last.t) / 2,
            low: values.reduce((a, b) => Math.min(a, b)),
            high: values.reduce((a, b) => Math.max(a, b)),
          }
        : undefined,
    );
  }
  return buckets;
}

/** Path data. A lone bucket between two gaps becomes a short dash, or it would be invisible. */
export function timeLine(points: readonly Point[], x: Scale, y: Scale, most: number): string {
  let path = '';
  let drawing = false;
  const buckets = minMaxBuckets(points, most);
  buckets.forEach((bucket, i) => {
    if (bucket === undefined) {
      drawing = false;
      return;
    }
    const at = px(x.at(bucket.t));
    const high = px(y.at(bucket.high));
    const low = px(y.at(bucket.low));
    path += `${drawing ? 'L' : 'M'}${at} ${high}`;
    if (low !== high) path += `V${low}`;
    if (!drawing && buckets[i + 1] === undefined) path += 'h2';
    drawing = true;
  });
  return path;
}
