/** From the scores of all tokens to the few that are most likely next. */

export interface NextToken {
  id: number;
  logit: number;
  /** Its share after the softmax over all tokens. */
  probability: number;
}

/** The `count` highest, highest first; of equal ones the lower id. Scores that are no numbers come last, with no share. */
export function mostLikely(logits: Float32Array, count: number): NextToken[] {
  const best: number[] = [];
  const rank = (id: number) => (Number.isNaN(logits[id]) ? Number.NEGATIVE_INFINITY : (logits[id] as number));
  for (let id = 0; id < logits.length; id++) {
    if (best.length === count && !(rank(id) > rank(best[count - 1] as number))) continue;
    let place = best.length;
    while (place > 0 && rank(id) > rank(best[place - 1] as number)) place--;
    best.splice(place, 0, id);
    if (best.length > count) best.pop();
  }
  const most = rank(best[0] ?? 0);
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(rank(id) - most);
  return best.map((id) => ({ id, logit: logits[id] as number, probability: Math.exp(rank(id) - most) / sum }));
}
