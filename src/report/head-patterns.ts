/**
 * Describes the attention of each head of a layer in a few numbers: the weight on the first token, on the previous token and on itself, and
 * over how many tokens it spreads.
 */

import { type HeadsState, sharesOf } from '../inference/attention-weights.js';
import type { HeadPattern } from './attention-schema.js';
import { computedNumber } from './json-number.js';

/** The patterns of all heads of a layer, for a prompt of two tokens or more. */
export function headPatterns(state: HeadsState): HeadPattern[] {
  const { heads } = state.plan;
  const count = state.query.count;
  // The first token sees only itself, and for the second token the first token is also the previous one.
  const from = Math.min(2, count - 1);
  return Array.from({ length: heads.count }, (_, head) => {
    const sums = { first: 0, previous: 0, itself: 0, spread: 0 };
    for (let token = from; token < count; token++) {
      const shares = sharesOf(state, head, token);
      sums.first += shares[0] as number;
      sums.previous += shares[token - 1] as number;
      sums.itself += shares[token] as number;
      sums.spread += effectiveCount(shares);
    }
    const mean = (sum: number) => computedNumber(sum / (count - from));
    const { first, previous, itself, spread } = sums;
    return { first: mean(first), previous: mean(previous), itself: mean(itself), spread: mean(spread) };
  });
}

/**
 * The exponential of the entropy of the weights: 1 if one token gets all the attention, n if n tokens get equal parts. The weight of a sink
 * is left out.
 */
function effectiveCount(shares: Float64Array): number {
  let total = 0;
  for (const share of shares) total += share;
  let entropy = 0;
  for (const share of shares) {
    const part = share / total;
    // NaN propagates to the result, but log(0) must not.
    if (part !== 0) entropy -= part * Math.log(part);
  }
  return Math.exp(entropy);
}
