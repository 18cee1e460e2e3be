/** What sort of thing a file holds: a whole model, or something that goes with one. */

import { metadataValue } from '../gguf/decode.js';
import { MAKES } from './families.js';
import { stringOrNull } from './hyperparameters.js';
import type { Model, ModelTensor } from './model.js';

/** Rules ask it of each tensor, and to answer takes a look at all of them. */
const kinds = new WeakMap<Model, string>();

/**
 * What other programs run by what it makes ("image-model", "vae" …); else `general.type` where the file says it; else what the tensors show:
 * "model", "mmproj", "vocab", "adapter", "imatrix", "controlvector".
 */
export function kindOf(model: Model): string {
  let kind = kinds.get(model);
  if (kind === undefined) {
    kind = findKind(model);
    kinds.set(model, kind);
  }
  return kind;
}

function findKind({ file, family, hyperparameters, tensors }: Model): string {
  if (family !== null) return MAKES[family.makes].kind;
  // Control vectors say what they are as an architecture, and nothing else.
  if (hyperparameters.architecture === 'controlvector') return 'controlvector';
  const said = stringOrNull(metadataValue(file, 'general.type'));
  if (said !== null) return said;
  if (hyperparameters.architecture === 'clip') return 'mmproj';
  if (tensors.length === 0 && metadataValue(file, 'tokenizer.ggml.tokens') !== undefined) return 'vocab';
  if (tensors.length > 0 && tensors.every(isOfImportance)) return 'imatrix';
  return tensors.some(isOfAdapter) ? 'adapter' : 'model';
}

const KINDS_OF_MODELS: ReadonlySet<string> = new Set([
  'model',
  ...[MAKES.images, MAKES.video, MAKES.speech, MAKES.transcripts].map(({ kind }) => kind),
]);

/** Whether a file of the kind is a model by itself, whichever program runs it, and not something that goes with one. */
export function isModelByItself(kind: string | null): boolean {
  return kind !== null && KINDS_OF_MODELS.has(kind);
}

/** Whether it is of use only together with a model: a projector, an adapter, a control vector or an importance matrix. */
export function isCompanion(model: Model): boolean {
  return (
    ['mmproj', 'adapter', 'controlvector', 'imatrix'].includes(kindOf(model)) ||
    model.hyperparameters.architecture === 'clip'
  );
}

function isOfImportance({ classified: { role } }: ModelTensor): boolean {
  return role === 'importance-sums' || role === 'importance-counts';
}

/** An adapter names what it changes as a whole, `attn_q.weight.lora_a`; Granite Switch has adapters in its layers, `attn_q.lora_a`. */
function isOfAdapter({ name, roleRow }: ModelTensor): boolean {
  return roleRow.group === 'adapter' && !/(?<!\.weight)\.lora_[ab]$/.test(name);
}
