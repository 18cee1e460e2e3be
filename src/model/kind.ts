/** The kind of a file: a whole model, or a companion of one. */

import { metadataValue } from '../gguf/decode.js';
import { MAKES } from './families.js';
import { stringOrNull } from './hyperparameters.js';
import type { Model, ModelTensor } from './model.js';

/** Cached, because rules ask for the kind once for each tensor, and finding it needs a look at all tensors. */
const kinds = new WeakMap<Model, string>();

/**
 * The kind of a file. For models of other programs it is their purpose ("image-model", "vae" …); otherwise `general.type` if the file
 * states it; otherwise the tensors decide: "model", "mmproj", "vocab", "adapter", "imatrix", "controlvector".
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
  // Control vectors state their kind only as their architecture.
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

/** Whether a file of this kind is a model, for any program, and not a companion of one. */
export function isModelByItself(kind: string | null): boolean {
  return kind !== null && KINDS_OF_MODELS.has(kind);
}

/** Whether a file is used only together with a model: a projector, an adapter, a control vector or an importance matrix. */
export function isCompanion(model: Model): boolean {
  return (
    ['mmproj', 'adapter', 'controlvector', 'imatrix'].includes(kindOf(model)) ||
    model.hyperparameters.architecture === 'clip'
  );
}

function isOfImportance({ classified: { role } }: ModelTensor): boolean {
  return role === 'importance-sums' || role === 'importance-counts';
}

/**
 * Whether a tensor belongs to an adapter file. An adapter file uses the full name of the changed tensor, `attn_q.weight.lora_a`; Granite
 * Switch has adapters inside its layers, `attn_q.lora_a`.
 */
function isOfAdapter({ name, roleRow }: ModelTensor): boolean {
  return roleRow.group === 'adapter' && !/(?<!\.weight)\.lora_[ab]$/.test(name);
}
