/**
 * Whether a small model can write a draft for a large one. What the small one proposes are ids, so both must mean the same by them; the rule
 * is that of llama.cpp (common/speculative.cpp).
 */

import { MERGING } from '../model/tokenizers.js';
import { edgesOf } from './prompt.js';
import type { Vocabulary } from './read-vocabulary.js';

/** Tokens that one vocabulary may have more than the other, and ids from 0 on that may differ. */
const MOST_MORE = 128;
const FIRST_COMPARED = 5;

/** Why llama.cpp refuses the pair, as a clause; null where it takes it. Throws TokenizerError where a list of tokens is unusable. */
export function whyCannotDraft(target: Vocabulary, draft: Vocabulary): string | null {
  if (familyOf(target) !== familyOf(draft)) return `its tokenizer is ${draft.model}, not ${target.model}`;
  const [ours, its] = [edgesOf(target), edgesOf(draft)];
  for (const [edge, words] of [
    ['begin', 'begins'],
    ['end', 'ends'],
  ] as const) {
    if (ours[edge] === its[edge]) continue;
    return `it ${words} texts with ${tokenWords(its[edge])}, not with ${tokenWords(ours[edge])}`;
  }
  if (Math.abs(target.size - draft.size) > MOST_MORE) return `it has ${draft.size} tokens, not ${target.size}`;
  const shared = Math.min(target.size, draft.size);
  for (let id = FIRST_COMPARED; id < shared; id++) {
    if (target.pieces[id] === draft.pieces[id]) continue;
    const [own, other] = [target.pieces[id], draft.pieces[id]].map((piece) =>
      JSON.stringify(piece).slice(0, MOST_SHOWN),
    );
    return `its token ${id} is ${other}, not ${own}`;
  }
  return null;
}

/** Of a token's text. */
const MOST_SHOWN = 40;

function familyOf({ model }: Vocabulary): string {
  return MERGING.has(model) ? 'byte pairs' : model;
}

function tokenWords(id: number | null): string {
  return id === null ? 'no token' : `token ${id}`;
}
