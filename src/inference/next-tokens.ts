/** Finds the most likely next tokens from the scores of all tokens. */

export interface NextToken {
  id: number;
  logit: number;
  /** Its probability: softmax over all tokens. */
  probability: number;
}

/** NaN scores come last and get no probability. */
const rankOf = (logits: Float32Array, id: number) =>
  Number.isNaN(logits[id]) ? Number.NEGATIVE_INFINITY : (logits[id] as number);

/** The `count` tokens with the highest scores, highest first; ties by lower id. */
export function mostLikely(logits: Float32Array, count: number): NextToken[] {
  const best: number[] = [];
  const rank = (id: number) => rankOf(logits, id);
  for (let id = 0; id < logits.length; id++) {
    if (best.length === count && !(rank(id) > rank(best[count - 1] as number))) continue;
    let place = best.length;
    while (place > 0 && rank(id) > rank(best[place - 1] as number)) place--;
    best.splice(place, 0, id);
    if (best.length > count) best.pop();
  }
  const probability = probabilities(logits, rank(best[0] ?? 0));
  return best.map((id) => ({ id, logit: logits[id] as number, probability: probability(id) }));
}

/** The probability of each token by softmax; `most` is the highest score. */
export function probabilities(logits: Float32Array, most: number): (id: number) => number {
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(rankOf(logits, id) - most);
  return (id) => Math.exp(rankOf(logits, id) - most) / sum;
}
