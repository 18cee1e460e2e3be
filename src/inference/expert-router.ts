/** The router of a mixture of experts: which experts a token goes through, and with which weights. */

import type { ExpertsPlan } from './plan.js';

/** llama.cpp's lower bound for the divisor. */
const LEAST_SUM = 6.103515625e-5;

export interface Chosen {
  expert: number;
  weight: number;
}

export type Routing = Pick<ExpertsPlan, 'used' | 'gating' | 'normalized' | 'weightScale' | 'groups'> & {
  /** Added to the scores for choosing, not for weighing. */
  choiceBias: Float32Array | null;
};

/** The experts that a router's scores choose for one token, with their weights, highest score first. */
export function chooseExperts(logits: Float32Array, routing: Routing): Chosen[] {
  const { used, gating, groups, choiceBias } = routing;
  const scores = scoresOf(logits, gating);
  const rank = scores.map((score, expert) => score + (choiceBias?.[expert] ?? 0));
  if (groups !== null && groups.count > 1) leaveGroups(rank, groups);
  const best = bestOf(rank, used).map((expert): Chosen => ({ expert, weight: scores[expert] as number }));
  return weighed(best, routing);
}

/** The weights of experts that the token id itself determines. */
export function weighExperts(experts: readonly number[], logits: Float32Array, routing: Routing): Chosen[] {
  const scores = scoresOf(logits, routing.gating);
  return weighed(
    experts.map((expert) => ({ expert, weight: scores[expert] as number })),
    routing,
  );
}

/**
 * The groups of the best experts, and the weight of each group's small expert. Like llama.cpp, it computes the group number with a 32-bit
 * reciprocal and takes the weight at the index of the group number from the experts' weights.
 */
export function chooseGroups(
  logits: Float32Array,
  routing: Pick<ExpertsPlan, 'gating' | 'normalized' | 'weightScale'>,
  { used, perGroup }: { used: number; perGroup: number },
): Chosen[] {
  const scores = scoresOf(logits, routing.gating);
  const groups = bestOf(scores, used).map((expert) => Math.trunc(Math.fround(expert * Math.fround(1 / perGroup))));
  return weighed(
    groups.map((expert) => ({ expert, weight: scores[expert] as number })),
    routing,
  );
}

/** The indexes of the largest scores, highest first. */
function bestOf(rank: Float64Array, used: number): number[] {
  return Array.from(rank, (own, expert) => ({ expert, own }))
    .sort((a, b) => b.own - a.own || a.expert - b.expert)
    .slice(0, used)
    .map(({ expert }) => expert);
}

/** The final weights of the chosen experts. */
function weighed(
  chosen: readonly Chosen[],
  { gating, normalized, weightScale }: Pick<ExpertsPlan, 'gating' | 'normalized' | 'weightScale'>,
): Chosen[] {
  const own = gating === 'softmax-of-chosen' ? softmaxOf(chosen) : chosen;
  const sum = normalized
    ? Math.max(
        LEAST_SUM,
        own.reduce((total, { weight }) => total + weight, 0),
      )
    : 1;
  return own.map(({ expert, weight }) => ({ expert, weight: (weight / sum) * weightScale }));
}

function scoresOf(logits: Float32Array, gating: ExpertsPlan['gating']): Float64Array {
  const values = Float64Array.from(logits);
  switch (gating) {
    case 'softmax': {
      const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const shares = values.map((logit) => Math.exp(logit - most));
      const all = shares.reduce((sum, share) => sum + share, 0);
      return shares.map((share) => share / all);
    }
    case 'sigmoid':
      return values.map((logit) => 1 / (1 + Math.exp(-logit)));
    case 'sqrt-softplus':
      return values.map((logit) => Math.sqrt(logit > 20 ? logit : Math.log1p(Math.exp(logit))));
    case 'softmax-of-chosen':
      return values;
  }
}

function softmaxOf(chosen: readonly Chosen[]): Chosen[] {
  const most = chosen.reduce((high, { weight }) => Math.max(high, weight), Number.NEGATIVE_INFINITY);
  const shares = chosen.map(({ weight }) => Math.exp(weight - most));
  const all = shares.reduce((sum, share) => sum + share, 0);
  return chosen.map(({ expert }, i) => ({ expert, weight: (shares[i] as number) / all }));
}

/** Ranks groups by the sum of their two best experts; experts outside the best groups cannot be chosen. */
function leaveGroups(rank: Float64Array, { count, used }: { count: number; used: number }): void {
  const each = rank.length / count;
  const totals = Array.from({ length: count }, (_, group) => {
    const [first = 0, second = 0] = [...rank.subarray(group * each, (group + 1) * each)].sort((a, b) => b - a);
    return { group, total: first + second };
  });
  totals.sort((a, b) => b.total - a.total || a.group - b.group);
  for (const { group } of totals.slice(used)) rank.fill(Number.NEGATIVE_INFINITY, group * each, (group + 1) * each);
}
