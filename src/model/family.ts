/**
 * Which family of models for other programs a file belongs to. Tensors decide before labels, because labels are unreliable and many files
 * have none.
 */

import { architectureOf } from '../architectures/book.js';
import type { GgufFile } from '../gguf/decode.js';
import { metadataValue } from '../gguf/decode.js';
import {
  BY_COMFY_KEYS,
  COMFY_LABELS,
  COMFY_TELLS,
  COMFY_WILD_LABELS,
  FAMILIES,
  type Family,
  LORA,
  MAKES,
  NODE_LABELS,
  PROGRAMS,
  type Program,
} from './families.js';

/** The prefix of keys in which ComfyUI-GGUF's converter keeps the original shape of a tensor that it reshaped. */
export const ORIGINAL_SHAPE = 'comfy.gguf.orig_shape.';

/** llama.cpp's names: a file that begins with one belongs to llama.cpp, whatever else is in it. */
const NATIVE =
  /^(?:(?:blk|enc\.blk|dec\.blk|v\.blk|a\.blk|a\.gen|posnet|convnext)\.|(?:token_embd|output_norm|rope_freqs|token_types|direction\.\d+)(?:\.|$)|(?:v|a|mm)\.[a-z])/;

/** Prefixes that checkpoints put before the names of each of their models. */
const WRAPPERS =
  /^(?:(?:model|diffusion_model|net|unet|transformer|module|language_model|first_stage_model|vae|cond_stage_model|conditioner\.embedders\.\d+|text_encoders\.[a-z0-9_]+|text_encoder(?:_\d)?|te\d?|base_model\.model)\.)+/;

/** Some adapter trainers write the path of a matrix with underscores. */
const FLAT_LORA = /^lora_(?:unet|te\d?|transformer|prior_te|clip_[lg])_/;
const LORA_FACTOR = /(?:^|[._])lora_(?:A|B|a|b|up|down)(?:\.|$)|\.lora\.(?:up|down)\./;

/** Limits of names: longer names, or more different ones, do not belong to a model. */
const LONGEST_NAME = 200;
const MOST_NAMES = 4096;

/** The family of a file; null if it is a model for llama.cpp, or unknown. */
export function findFamily(file: Pick<GgufFile, 'metadata' | 'tensors'>): Family | null {
  const label = metadataValue(file, 'general.architecture');
  const labeled = typeof label === 'string' ? byLabel(label) : null;
  if (file.tensors.length > 0 && !file.tensors.some(({ name }) => NATIVE.test(name))) {
    const told = byTensors(file.tensors);
    if (told !== null) return told;
    if (labeled === null && label === undefined && file.metadata.some(({ key }) => key.startsWith(ORIGINAL_SHAPE)))
      return BY_COMFY_KEYS;
  }
  return labeled;
}

/** A label that llama.cpp knows means llama.cpp; only tensors can show another family. */
function byLabel(label: string): Family | null {
  if (label === 'clip' || architectureOf(label) !== null) return null;
  const spelled = label.toLowerCase();
  return FAMILIES.find(({ labels }) => labels.includes(spelled)) ?? null;
}

function byTensors(tensors: GgufFile['tensors']): Family | null {
  const names = new Set<string>();
  let changes = false;
  for (const { name } of tensors) {
    if (FLAT_LORA.test(name)) return LORA;
    changes ||= LORA_FACTOR.test(name);
    if (name.length <= LONGEST_NAME && names.size < MOST_NAMES) names.add(plainName(name));
  }
  const list = [...names];
  const found = FAMILIES.find(
    ({ tells, reads }) =>
      tells.some((all) => all.every((start) => list.some((name) => name.startsWith(start)))) &&
      (reads === undefined || readsVectorsOf(tensors, reads)),
  );
  if (found === undefined) return null;
  if (!changes) return found;
  const { component } = MAKES[found.makes];
  return component === 'diffusion' ? LORA : null;
}

/** A name without wrappers, and with `#` for numbers between dots. */
function plainName(name: string): string {
  return name.replace(WRAPPERS, '').replace(/(?<=^|\.)\d+(?=\.|$)/g, '#');
}

/** Whether cross-attention reads vectors of this length: in a U-Net the second attention reads the prompt. */
function readsVectorsOf(tensors: GgufFile['tensors'], length: number): boolean {
  return tensors.some(({ name, dimensions }) => name.endsWith('.attn2.to_k.weight') && dimensions[0] === length);
}

/** The programs that load a file of the family with this label. */
export function programsOf({ id, makes, programs }: Family, label: string | null): string[] {
  const loads: Readonly<Record<Program, () => boolean>> = {
    comfy: () =>
      MAKES[makes].component === 'diffusion' &&
      (label === null || COMFY_WILD_LABELS.has(label) ? COMFY_TELLS.has(id) : COMFY_LABELS.has(label)),
    node: () => label === null || NODE_LABELS.has(label),
    sd: () => true,
    tts: () => true,
    candle: () => true,
  };
  const loading = programs.filter((program) => loads[program]());
  // If both extensions of ComfyUI load the file, ComfyUI is named once.
  const both = loading.includes('comfy') && loading.includes('node');
  return loading.filter((program) => !(both && program === 'node')).map((program) => PROGRAMS[program]);
}
