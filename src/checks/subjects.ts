/** What a rule is about: language models whose loader is known, or what goes with one. */

import { kindOf } from '../model/kind.js';
import { isFacetKnown } from '../model/known-architectures.js';
import type { Model } from '../model/model.js';
import type { Neighbour } from './check.js';

/** A language model of an architecture whose numbers mean what they mean in others. Vocabularies, projectors and adapters are none. */
export function isKnownModel(model: Model): boolean {
  return kindOf(model) === 'model' && isFacetKnown(model.hyperparameters.architecture, 'numbers');
}

/** A file that has a tokenizer, or should have one: a language model or a vocabulary by itself. */
export function isTokenized(model: Model): boolean {
  return isKnownModel(model) || kindOf(model) === 'vocab';
}

export function isProjector(model: Model): boolean {
  return kindOf(model) === 'mmproj' || model.hyperparameters.architecture === 'clip';
}

export function isAdapter(model: Model): boolean {
  return kindOf(model) === 'adapter';
}

/** The language models among the files beside one. */
export function languageModels(neighbours: readonly Neighbour[]): { fileName: string; model: Model }[] {
  return neighbours.filter(
    (other): other is { fileName: string; model: Model } =>
      other.model !== null &&
      kindOf(other.model) === 'model' &&
      !isProjector(other.model) &&
      other.model.hyperparameters.architecture !== null,
  );
}
