/** What sort of thing a file holds: a whole model, or something that goes with one. */

import { metadataValue } from '../gguf/decode.js';
import { stringOrNull } from './hyperparameters.js';
import type { Model } from './model.js';

/** `general.type` where the file says it; else what the tensors show: "model", "mmproj", "vocab", "adapter". */
export function kindOf({ file, hyperparameters, tensors }: Model): string {
  const said = stringOrNull(metadataValue(file, 'general.type'));
  if (said !== null) return said;
  if (hyperparameters.architecture === 'clip') return 'mmproj';
  if (tensors.length === 0 && metadataValue(file, 'tokenizer.ggml.tokens') !== undefined) return 'vocab';
  if (tensors.some(({ roleRow }) => roleRow.group === 'adapter')) return 'adapter';
  return 'model';
}

/** Whether it is of use only together with a model: a projector or an adapter. */
export function isCompanion(model: Model): boolean {
  return ['mmproj', 'adapter'].includes(kindOf(model)) || model.hyperparameters.architecture === 'clip';
}
