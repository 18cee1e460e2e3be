/**
 * What the rules of `check` cannot judge about a model, because too little is known about its architecture. Without this report, such a
 * file would pass as if it had been judged.
 */

import { isKnown } from '../architectures/architecture.js';
import { architectureOf } from '../architectures/book.js';
import { kindOf } from './kind.js';
import type { Model } from './model.js';

/** The facets of an architecture that rules use (architectures/architecture.ts). */
const FACETS = ['tensors', 'keys', 'lengths', 'numbers'] as const;

export type Facet = (typeof FACETS)[number];

/** Rules that were not applied, or only in part, and the reason. */
export interface NotChecked {
  /** The subject of these rules, as a noun. */
  what: Facet;
  rules: readonly string[];
  reason: string;
}

/** The rules that use each facet of an architecture. */
export const RULES_OF: Readonly<Record<Facet, readonly string[]>> = {
  tensors: ['missing-tensors', 'surplus-tensors'],
  keys: ['key-missing'],
  lengths: ['shape-disagrees'],
  numbers: [
    ...['key-missing', 'value-out-of-range', 'heads-uneven'],
    ...['head-length-uneven', 'rope-dimensions-wrong', 'experts-used-wrong', 'expert-count-disagrees'],
    ...['shape-disagrees', 'vocabulary-disagrees', 'quantization-version-missing', 'tokenizer-missing'],
    ...['unknown-tokenizer', 'unknown-pre-tokenizer', 'pre-tokenizer-missing', 'token-list-missing'],
    ...['merges-missing', 'token-data-short', 'token-data-long', 'token-type-unknown'],
    ...['special-token-out-of-range'],
  ],
};

/** The rules that apply to every architecture of llama.cpp, however much is known about it, and only to these. */
export const RULES_OF_ALL_KNOWN: readonly string[] = [
  ...['key-wrong-type', 'per-layer-length', 'array-length-wrong', 'vector-in-blocks'],
];

/**
 * Empty for models about which everything is known, and for files that do not depend on an architecture: adapters, projectors,
 * vocabularies.
 */
export function notChecked(model: Model): NotChecked[] {
  const { architecture } = model.hyperparameters;
  if (architecture === null || model.tensors.length === 0 || kindOf(model) !== 'model') return [];
  const known = architectureOf(architecture);
  const missing = FACETS.flatMap((what) => {
    if (known === null) return [{ what, reason: 'the architecture is not known' }];
    const facet = known[what];
    return facet === undefined || isKnown(facet) ? [] : [{ what, reason: facet.notKnown }];
  });
  // Rules that a wider facet already names are not named again.
  const told = new Set(missing.some(({ what }) => what === 'numbers') ? RULES_OF.numbers : []);
  return missing.flatMap(({ what, reason }) => {
    const own = what === 'numbers' && known === null ? [...RULES_OF_ALL_KNOWN, ...RULES_OF[what]] : RULES_OF[what];
    const rules = own.filter((code) => what === 'numbers' || !told.has(code));
    return rules.length === 0 ? [] : [{ what, rules, reason }];
  });
}
