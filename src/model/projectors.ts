/** What llama.cpp knows about projectors, which connect images and sound to a language model (tools/mtmd). */

import { metadataValue } from '../gguf/decode.js';
import { ownNumber } from './entries.js';
import { stringOrNull } from './hyperparameters.js';
import type { Model } from './model.js';

/** Values of `clip.projector_type` (clip-impl.h). */
export const PROJECTOR_TYPES: ReadonlySet<string> = new Set(
  (
    'mlp ldp ldpv2 resampler adapter qwen2vl_merger qwen2.5vl_merger qwen3vl_merger step3vl gemma3 gemma3nv gemma3na gemma4v ' +
    'gemma4a gemma4uv gemma4ua phi4 idefics3 pixtral ultravox internvl llama4 qwen2a qwen3a glma qwen2.5o voxtral meralion ' +
    'musicflamingo lfm2 kimivl paddleocr lightonocr cogvlm janus_pro dots_ocr dots3note_v dots3note_a deepseekocr deepseekocr2 ' +
    'deepseek4v lfm2a glm4v youtuvl yasa2 kimik25 nemotron_v2_vl exaone4_5 hunyuanocr hunyuanvl minicpmv4_6 granite_speech ' +
    'mimovl minimax_m3 granite4_vision mimo_audio parakeet qwen3tts_spkenc qwen3tts_gen pockettts_spkenc pockettts_gen ' +
    'muse-glimmer'
  ).split(' '),
);

/** The last tensor of a projector, and the axis with the embedding length of the language model (clip_n_mmproj_embd in clip.cpp). */
const ENDS: Readonly<Record<string, { tensor: string; axis: number }>> = {
  'mlp qwen2vl_merger qwen2.5vl_merger qwen3vl_merger pixtral lightonocr lfm2 kimivl': {
    tensor: 'mm.2.weight',
    axis: 1,
  },
  resampler: { tensor: 'resampler.proj.weight', axis: 0 },
  gemma3: { tensor: 'mm.input_projection.weight', axis: 0 },
  'idefics3 llama4': { tensor: 'mm.model.fc.weight', axis: 1 },
  internvl: { tensor: 'mm.model.mlp.3.weight', axis: 1 },
  qwen2a: { tensor: 'mm.a.fc.weight', axis: 1 },
  'ultravox voxtral': { tensor: 'mm.a.mlp.2.weight', axis: 1 },
};

/** Types whose `projection_dim` in older files comes from the image encoder and is unrelated to the language model. */
const BORROWED: ReadonlySet<string> = new Set(['mlp', 'ldp', 'ldpv2', 'resampler', 'adapter', 'glm_edge']);

/** Architectures whose loader reads the number of layers that receive image vectors (src/models/qwen3vl.cpp and its relatives). */
const DEEPSTACK: ReadonlySet<string> = new Set(['qwen3vl', 'qwen3vlmoe']);

/** `clip.projector_type` with its key; if images and sound have one each, both. */
export function projectorTypes({ file }: Model): { key: string; type: string }[] {
  return ['clip.projector_type', 'clip.vision.projector_type', 'clip.audio.projector_type'].flatMap((key) => {
    const type = stringOrNull(metadataValue(file, key));
    return type === null || type === '' ? [] : [{ key, type }];
  });
}

/**
 * Number of vectors that a projector outputs for each position of an image: one that enters the language model, and those that are added
 * after its first layers (deepstack). The language model must take the same number.
 */
export function projectedStreams(model: Model): number {
  if (!projectorTypes(model).some(({ type }) => type === 'qwen3vl_merger')) return 1;
  const layers = model.tensors.flatMap(({ name }) => /^v\.deepstack\.(\d+)\.fc1\.weight$/.exec(name)?.[1] ?? []);
  return 1 + new Set(layers).size;
}

/** Number of vectors that a language model takes for each position; a key gives the number of layers that take one. */
export function takenStreams(model: Model): number {
  return 1 + (ownNumber(model, 'n_deepstack_layers') ?? 0);
}

/** The length of the output vectors, from the last tensor. Null if it is not known which tensor that is. */
export function projectedLength(model: Model): { length: number; tensor: string } | null {
  const types = projectorTypes(model).map(({ type }) => type);
  for (const [names, { tensor, axis }] of Object.entries(ENDS)) {
    if (!names.split(' ').some((name) => types.includes(name))) continue;
    const length = model.tensors.find(({ name }) => name === tensor)?.dimensions[axis];
    if (length !== undefined) return { length, tensor };
  }
  return null;
}

/** The length of the output vectors in the metadata, and its key. Null if it is not stated. */
export function saidProjection(model: Model): { length: number; key: string } | null {
  if (projectorTypes(model).some(({ type }) => BORROWED.has(type))) return null;
  for (const key of ['vision.projection_dim', 'audio.projection_dim']) {
    const length = ownNumber(model, key);
    if (length !== null && length > 0) return { length, key: `clip.${key}` };
  }
  return null;
}

/** Whether the output of a projector fits a language model: by its last tensor or, if that is not known, by any of its matrices. */
export function canProjectTo(model: Model, base: Model): boolean {
  const length = base.hyperparameters.embeddingLength;
  if (length === null) return true;
  if (projectedStreams(model) !== takenStreams(base) && DEEPSTACK.has(base.hyperparameters.architecture ?? '')) {
    return false;
  }
  const known = projectedLength(model);
  if (known !== null) return known.length === length;
  const said = saidProjection(model);
  if (said?.length === length) return true;
  const own = model.tensors.filter(({ classified }) => classified.component === 'projector');
  // Without a separate matrix, nothing shows that it does not fit.
  return own.length === 0 || own.some(({ dimensions }) => dimensions.includes(length));
}
