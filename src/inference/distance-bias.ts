/**
 * Learned numbers that are added to attention scores by distance (T5, https://arxiv.org/abs/1910.10683). Near distances have one number
 * each; farther ones share buckets that widen with the logarithm up to 128 tokens; all distances beyond share the last bucket.
 */

import { TraceError } from './inference-error.js';

const FARTHEST = 128;

/**
 * The bucket for a key's position relative to a query's. It counts distances backwards; with `both` sides, half of the buckets are for each
 * direction. Steps are rounded to float32 as in llama.cpp. Throws TraceError for too few buckets.
 */
export function distanceBucket(key: number, query: number, count: number, both: boolean): number {
  const buckets = both ? count >> 1 : count;
  const exact = buckets >> 1;
  if (exact < 1) {
    throw new TraceError(
      'missing-number',
      `attention.relative_buckets_count is ${count}, too few to tell distances apart`,
    );
  }
  const ahead = key - query;
  const side = both && ahead > 0 ? buckets : 0;
  const distance = both ? Math.abs(ahead) : Math.max(0, -ahead);
  if (distance < exact) return side + distance;
  const { fround } = Math;
  const growth = fround(fround(Math.log(fround(distance / exact))) * (buckets - exact)) / Math.log(FARTHEST / exact);
  return side + Math.min(buckets - 1, Math.floor(fround(exact + growth)));
}
