/** Which family of other programs a file belongs to, by its tensors before its labels: labels are odd, and many files have none. */

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

/** The key with which ComfyUI-GGUF's converter keeps the shape of a tensor that it has laid out anew. */
export const ORIGINAL_SHAPE = 'comfy.gguf.orig_shape.';

/** llama.cpp's own names: a file that begins with one is llama.cpp's, whatever else is in it. */
const NATIVE =
  /^(?:(?:blk|enc\.blk|dec\.blk|v\.blk|a\.blk|a\.gen|posnet|convnext)\.|(?:token_embd|output_norm|rope_freqs|token_types|direction\.\d+)(?:\.|$)|(?:v|a|mm)\.[a-z])/;

/** What checkpoints put before the names of each of their models. */
const WRAPPERS =
  /^(?:(?:model|diffusion_model|net|unet|transformer|module|language_model|first_stage_model|vae|cond_stage_model|conditioner\.embedders\.\d+|text_encoders\.[a-z0-9_]+|text_encoder(?:_\d)?|te\d?|base_model\.model)\.)+/;

/** A trainer of adapters writes the path of a matrix with underscores. */
const FLAT_LORA = /^lora_(?:unet|te\d?|transformer|prior_te|clip_[lg])_/;
const LORA_FACTOR = /(?:^|[._])lora_(?:A|B|a|b|up|down)(?:\.|$)|\.lora\.(?:up|down)\./;

/** Longer names and more different ones say nothing more, and are not a model's. */
const LONGEST_NAME = 200;
const MOST_NAMES = 4096;

/** What says of a model which program it is for. */
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

/** A label that llama.cpp knows is llama.cpp's: tensors have to say otherwise. */
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

/** Without wrappers, and with `#` for numbers that stand alone. */
function plainName(name: string): string {
  return name.replace(WRAPPERS, '').replace(/(?<=^|\.)\d+(?=\.|$)/g, '#');
}

/** The second attention of a U-Net reads the prompt. */
function readsVectorsOf(tensors: GgufFile['tensors'], length: number): boolean {
  return tensors.some(({ name, dimensions }) => name.endsWith('.attn2.to_k.weight') && dimensions[0] === length);
}

/** The programs that load a file of the family under its label. */
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
  // One name for ComfyUI, where both of its extensions load the file.
  const both = loading.includes('comfy') && loading.includes('node');
  return loading.filter((program) => !(both && program === 'node')).map((program) => PROGRAMS[program]);
}
