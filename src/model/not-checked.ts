/**
 * What the rules of `check` cannot tell of a model, as too little is known of its architecture. Without it a file of such an
 * architecture would pass like one that was judged.
 */

import { kindOf } from './kind.js';
import { FACETS, type Facet, isFacetKnown, isKnownArchitecture } from './known-architectures.js';
import type { Model } from './model.js';

/** Rules that were not applied, or only in part, and why. */
export interface NotChecked {
  /** What would be judged, as a noun. */
  what: Facet;
  rules: readonly string[];
  reason: string;
}

/** The rules that go by each facet of an architecture. */
export const RULES_OF: Readonly<Record<Facet, readonly string[]>> = {
  tensors: ['missing-tensors', 'surplus-tensors'],
  keys: ['key-missing'],
  lengths: ['shape-disagrees'],
  numbers: [
    ...['key-missing', 'key-wrong-type', 'value-out-of-range', 'per-layer-length', 'heads-uneven'],
    ...['head-length-uneven', 'rope-dimensions-wrong', 'experts-used-wrong', 'expert-count-disagrees'],
    ...['shape-disagrees', 'vocabulary-disagrees', 'quantization-version-missing', 'tokenizer-missing'],
    ...['unknown-tokenizer', 'unknown-pre-tokenizer', 'pre-tokenizer-missing', 'token-list-missing'],
    ...['merges-missing', 'token-data-short', 'token-data-long', 'token-type-unknown'],
    ...['special-token-out-of-range'],
  ],
};

const REASONS: Readonly<Record<Facet, string>> = {
  tensors: 'which tensors it must have is not known',
  keys: 'which keys its loader demands is known only in part',
  lengths: 'how the lengths of its tensors follow from its numbers is not known',
  numbers: 'what its numbers mean is not known',
};

/** Empty for models of which all is known, and for files that no architecture says anything of: adapters, projectors, vocabularies. */
export function notChecked(model: Model): NotChecked[] {
  const { architecture } = model.hyperparameters;
  if (architecture === null || model.tensors.length === 0 || kindOf(model) !== 'model') return [];
  const unknown = isKnownArchitecture(architecture) ? null : 'the architecture is not known';
  const missing = FACETS.filter((facet) => !isFacetKnown(architecture, facet));
  // What a wider facet has already named is not named again.
  const told = new Set(missing.includes('numbers') ? RULES_OF.numbers : []);
  return missing.flatMap((what) => {
    const rules = RULES_OF[what].filter((code) => what === 'numbers' || !told.has(code));
    return rules.length === 0 ? [] : [{ what, rules, reason: unknown ?? REASONS[what] }];
  });
}
