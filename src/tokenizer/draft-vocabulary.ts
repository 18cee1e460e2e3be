/**
 * Whether a small model can draft for a large one. The small model proposes ids, so both must mean the same by them; the rule is
 * llama.cpp's (common/speculative.cpp).
 */

import { MERGING } from '../model/tokenizers.js';
import { edgesOf } from './prompt.js';
import type { Vocabulary } from './read-vocabulary.js';

/** Maximum difference in vocabulary size, and number of ids from 0 on that may differ. */
const MOST_MORE = 128;
const FIRST_COMPARED = 5;

/** Why llama.cpp refuses the pair, as a clause; null if it accepts it. Throws TokenizerError if a token list is unusable. */
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

/** Maximum length of a token's text in a message. */
const MOST_SHOWN = 40;

function familyOf({ model }: Vocabulary): string {
  return MERGING.has(model) ? 'byte pairs' : model;
}

function tokenWords(id: number | null): string {
  return id === null ? 'no token' : `token ${id}`;
}
