/**
 * The grammar of tensor names. GGUF itself gives names no meaning; llama.cpp writes `trunk.layer.module.part`, as in
 * `v.blk.3.attn_q.weight`, and other programs write PyTorch's module paths. This file splits a name; classify.ts finds its meaning.
 */

import type { Component } from './component.js';
import type { Family } from './families.js';
import { familyComponent } from './family-roles.js';
import { foreignComponent, isForeignLayerWord } from './foreign-names.js';

export interface TensorName {
  component: Component;
  /** The part before the layer or module in llama.cpp's names: `blk`, `v.sam.blk`, `mm`; empty in other names. */
  trunk: string;
  /** Null if the tensor is outside the layers. */
  layer: number | null;
  /** The rest without trunk, layer and part, with other numbers as `{xid}`: `attn_q`, `ffn_up.{xid}`, `conv1d.{bid}.norm`. */
  module: string;
  /** `weight`, `bias`, `scale`, `input_scale`, `lora_a`, `lora_b`, …; empty for `blk.0.ssm_a`. */
  part: string;
  /** The number of the expert, in layouts with a separate matrix for each expert. */
  expert: number | null;
  /** The name with `{}` for the number of the layer: equal for the same tensor in all layers. */
  pattern: string;
}

/** Trunks of llama.cpp's names. A block trunk is followed by the number of a layer, any other trunk by modules. */
const TRUNKS: Readonly<Record<string, { component: Component; block?: true }>> = {
  blk: { component: 'text', block: true },
  enc: { component: 'encoder' },
  'enc.blk': { component: 'encoder', block: true },
  dec: { component: 'decoder' },
  'dec.blk': { component: 'decoder', block: true },
  v: { component: 'vision' },
  'v.blk': { component: 'vision', block: true },
  'v.sam': { component: 'vision' },
  'v.sam.blk': { component: 'vision', block: true },
  'v.msfa': { component: 'vision' },
  'v.vit_merger': { component: 'vision' },
  'v.deepstack': { component: 'projector', block: true },
  'v.proj_blk': { component: 'projector', block: true },
  a: { component: 'audio' },
  'a.blk': { component: 'audio', block: true },
  'a.seanet': { component: 'audio' },
  'a.seanet.blk': { component: 'audio', block: true },
  'a.proj_blk': { component: 'projector', block: true },
  'a.gen': { component: 'audio-generator' },
  'a.gen.code': { component: 'audio-generator' },
  'a.gen.code.blk': { component: 'audio-generator', block: true },
  'a.gen.flow': { component: 'audio-generator' },
  'a.gen.flow.blk': { component: 'audio-generator', block: true },
  'a.gen.flow.time': { component: 'audio-generator', block: true },
  'a.gen.wav': { component: 'vocoder' },
  'a.gen.wav.tfm': { component: 'vocoder' },
  'a.gen.wav.tfm.blk': { component: 'vocoder', block: true },
  'a.gen.wav.dac': { component: 'vocoder' },
  'a.gen.wav.dac.blk': { component: 'vocoder', block: true },
  'a.gen.wav.up.blk': { component: 'vocoder', block: true },
  'a.gen.wav.seanet': { component: 'vocoder' },
  'a.gen.wav.seanet.blk': { component: 'vocoder', block: true },
  posnet: { component: 'vocoder', block: true },
  convnext: { component: 'vocoder', block: true },
  mm: { component: 'projector' },
  'mm.a': { component: 'projector' },
  'mm.a.local_blk': { component: 'projector', block: true },
  'mm.model.mb_block': { component: 'projector', block: true },
  resampler: { component: 'projector' },
  adapter: { component: 'projector' },
  direction: { component: 'text', block: true },
};

/** Number of segments in the longest trunk. */
const DEEPEST_TRUNK = 5;

const ENCODER_LAYER_WORDS = [
  'blk',
  'proj_blk',
  'local_blk',
  'mb_block',
  'deepstack',
  'patch_norm',
  'conv1d',
  'conv2d',
  'time',
  'mlp',
  'peg',
  'mm',
];

/** By the first segment of llama.cpp's names: the words that are followed by the number of a layer. */
const LAYER_WORDS: Readonly<Record<string, readonly string[]>> = {
  blk: ['blk'],
  enc: ['blk'],
  dec: ['blk'],
  v: ENCODER_LAYER_WORDS,
  a: ENCODER_LAYER_WORDS,
  mm: ENCODER_LAYER_WORDS,
  posnet: ['posnet'],
  convnext: ['convnext'],
  direction: ['direction'],
};

/** Last segments that name a part of a module, not the module itself. */
const PARTS: Readonly<Record<string, true>> = {
  weight: true,
  bias: true,
  scale: true,
  scales: true,
  input_scale: true,
  lora_a: true,
  lora_b: true,
  alpha: true,
  beta: true,
  input_min: true,
  input_max: true,
  output_min: true,
  output_max: true,
  in_sum2: true,
  counts: true,
};

/** Spellings of the LoRA factors in PyTorch's adapters. */
const LORA_PARTS: Readonly<Record<string, string>> = {
  lora_A: 'lora_a',
  lora_down: 'lora_a',
  lora_B: 'lora_b',
  lora_up: 'lora_b',
};

/** Words that are followed by the number of an expert. */
const EXPERT_WORDS: Readonly<Record<string, true>> = {
  ffn_up: true,
  ffn_gate: true,
  ffn_down: true,
  experts: true,
};

/** Most digits of a layer number. A pattern must be able to restore the number, so it must be a safe integer without leading zeros. */
const MAX_INDEX_DIGITS = 15;

/** Longest word that is looked up; longer words of a malicious name are not extracted. */
const MAX_WORD = 32;

/**
 * A name longer than this is not split: ggml keeps 63 bytes and PyTorch's paths stay well below. The whole name is one module, so a file
 * with huge names needs no more memory than the names.
 */
export const MAX_NAME = 512;

/** Position of the layer number in the name, `end` exclusive. */
interface LayerSpan {
  start: number;
  end: number;
}

/**
 * Finds the number of the layer: the first number after a word for layers. Null if there is none, or if the name has `{}` before it, so
 * that `pattern.replace('{}', layer)` always restores the name.
 */
export function findLayer(name: string): LayerSpan | null {
  if (name.length > MAX_NAME) return null;
  const firstDot = name.indexOf('.');
  if (firstDot < 0) return null;
  const root = firstDot > MAX_WORD ? '' : name.slice(0, firstDot);
  const words = Object.hasOwn(LAYER_WORDS, root) ? LAYER_WORDS[root] : undefined;
  let previous = root;
  for (let start = firstDot + 1; start <= name.length; ) {
    const dot = name.indexOf('.', start);
    const end = dot < 0 ? name.length : dot;
    if (isIndex(name, start, end) && (words ? words.includes(previous) : isForeignLayerWord(previous))) {
      return name.lastIndexOf('{}', start) < 0 ? { start, end } : null;
    }
    previous = end - start > MAX_WORD ? '' : name.slice(start, end);
    start = end + 1;
  }
  return null;
}

function isIndex(name: string, start: number, end: number): boolean {
  const digits = end - start;
  if (digits === 0 || digits > MAX_INDEX_DIGITS) return false;
  if (digits > 1 && name.charCodeAt(start) === 0x30) return false;
  for (let at = start; at < end; at++) {
    const code = name.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

export function patternOf(name: string, span: LayerSpan | null): string {
  return span ? `${name.slice(0, span.start)}{}${name.slice(span.end)}` : name;
}

/** A split name with the words that classify.ts needs in addition. */
interface SplitName {
  parsed: TensorName;
  /** The segments of the module, with their numbers. */
  words: readonly string[];
  /** The segments before the number of the layer; empty if there is none. */
  head: readonly string[];
}

/** Splits a name. Accepts any string; a name that does not match the grammar is one module of the component `text`. */
export function parseTensorName(name: string): TensorName {
  return splitTensorName(name).parsed;
}

/** Like `parseTensorName`, with the words. In a file of a family, the component is one of that family. */
export function splitTensorName(name: string, family: Family | null = null): SplitName {
  if (name.length > MAX_NAME) {
    const parsed: TensorName = {
      component: family === null ? 'text' : familyComponent(family, [name], -1),
      trunk: '',
      layer: null,
      module: name,
      part: '',
      expert: null,
      pattern: name,
    };
    return { parsed, words: [name], head: [] };
  }
  const span = findLayer(name);
  const layer = span ? Number(name.slice(span.start, span.end)) : null;
  const segments = name.split('.');
  const layerAt = span ? name.slice(0, span.start).split('.').length - 1 : -1;
  const part = takePart(segments, layerAt);
  const pattern = patternOf(name, span);

  const trunkLength = trunkOf(segments, layerAt);
  const trunk = segments.slice(0, trunkLength).join('.');
  const native = trunkLength > 0;
  const foreign = family === null ? foreignComponent : familyComponent.bind(null, family);
  const own = native ? TRUNKS[trunk]!.component : null;
  // The layers of a prompt encoder may have llama.cpp's names.
  const component = own === null || (own === 'text' && family !== null) ? foreign(segments, layerAt) : own;
  // The module begins after the layer, for block trunks and for PyTorch's paths, where everything before the layer does not describe the
  // module.
  const moduleFrom = native ? (TRUNKS[trunk]!.block ? trunkLength + 1 : trunkLength) : layerAt + 1;

  const head = layerAt > 0 ? segments.slice(0, layerAt) : [];

  let expert: number | null = null;
  const words: string[] = [];
  const module: string[] = [];
  for (let at = moduleFrom; at < segments.length; at++) {
    const word = segments[at]!;
    const index = isIndex(word, 0, word.length);
    if (index && expert === null && at > 0 && Object.hasOwn(EXPERT_WORDS, segments[at - 1]!)) expert = Number(word);
    words.push(at === layerAt ? '{bid}' : word);
    module.push(at === layerAt ? '{bid}' : index ? '{xid}' : word);
  }
  if (module.length === 0) {
    const last = segments[Math.max(0, moduleFrom - (layerAt < 0 ? 1 : 2))] ?? '';
    words.push(last);
    module.push(last);
  }
  return { parsed: { component, trunk, layer, module: module.join('.'), part, expert, pattern }, words, head };
}

/** Removes the part from the end of the segments and returns it. */
function takePart(segments: string[], layerAt: number): string {
  const last = segments.at(-1)!;
  if (segments.length < 2 || segments.length - 1 === layerAt) return '';
  if (last === 'in_proj_weight' || last === 'in_proj_bias') {
    segments[segments.length - 1] = 'in_proj';
    return last.slice('in_proj_'.length);
  }
  // Qwen2-VL's patch embedding has two slices in time; the second is `weight.1`.
  if (segments.at(-2) === 'weight' && isIndex(last, 0, last.length)) {
    segments.splice(-2, 1);
    return 'weight';
  }
  if ((last === 'gamma' || last === 'beta') && /norm$/i.test(segments.at(-2)!.slice(-4))) {
    segments.pop();
    return last === 'gamma' ? 'weight' : 'bias';
  }
  if (Object.hasOwn(LORA_PARTS, last)) {
    segments.pop();
    return LORA_PARTS[last]!;
  }
  if (!Object.hasOwn(PARTS, last)) return '';
  segments.pop();
  if (segments.length < 2) return last;
  const before = segments.at(-1)!;
  if (last === 'weight') {
    // PEFT: `q_proj.lora_A.weight`, or with the adapter's name `q_proj.lora_A.default.weight`.
    for (const back of [1, 2]) {
      const word = segments.at(-back) ?? '';
      if (segments.length > back && Object.hasOwn(LORA_PARTS, word)) {
        segments.length -= back;
        return LORA_PARTS[word]!;
      }
    }
  } else if (before === 'weight' || before === 'bias') {
    // `attn_q.weight.lora_a` belongs to attn_q; so does `attn_q.weight.scale`.
    segments.pop();
  }
  return last;
}

/** Number of segments in the trunk; 0 if the name does not have a trunk of llama.cpp. */
function trunkOf(segments: readonly string[], layerAt: number): number {
  for (let length = Math.min(DEEPEST_TRUNK, segments.length); length > 0; length--) {
    const trunk = segments.slice(0, length).join('.');
    if (!Object.hasOwn(TRUNKS, trunk)) continue;
    if (TRUNKS[trunk]!.block ? length === layerAt : length < segments.length) return length;
  }
  return 0;
}
