/** The router of a mixture of experts: which experts a token goes through, and how much each counts. */

/** What llama.cpp divides by at least. */
const LEAST_SUM = 6.103515625e-5;

export interface Chosen {
  expert: number;
  weight: number;
}

/** Softmax over all experts, the `used` best of them, their weights made to sum to 1 and then scaled. */
export function chooseExperts(logits: Float32Array, used: number, scale: number): Chosen[] {
  let most = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > most) most = logit;
  const shares = Float64Array.from(logits, (logit) => Math.exp(logit - most));
  const all = shares.reduce((sum, share) => sum + share, 0);
  const best = Array.from(shares, (share, expert): Chosen => ({ expert, weight: share / all }))
    .sort((a, b) => b.weight - a.weight || a.expert - b.expert)
    .slice(0, used);
  const sum = Math.max(
    LEAST_SUM,
    best.reduce((total, { weight }) => total + weight, 0),
  );
  return best.map(({ expert, weight }) => ({ expert, weight: (weight / sum) * scale }));
}
