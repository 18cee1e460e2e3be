/**
 * What each layer keeps: whether it has its own cache, how many heads and of which lengths, whether it has a sliding window, whether it
 * carries a state. Rules of llama.cpp (`load_hparams`, and the layer filters of `create_memory`), with the file's numbers.
 */

import type { CacheFacet, StateRule } from '../architectures/cache-facet.js';
import { MOST_LAYERS } from '../words/llama-cpp.js';
import type { ModelNumbers } from './model-numbers.js';
import { slidingWindow, type Window } from './sliding-window.js';

export interface CacheLayer {
  index: number;
  /** Whether the layer has its own keys and values in the cache. */
  cached: boolean;
  /** Why it has no cache: it reads another layer's cache, predicts further tokens, or does not attend. */
  without: 'shared' | 'next-token' | 'none';
  /** Whether the layer carries a state. */
  recurrent: boolean;
  slides: boolean;
  headsKv: number;
  keyLength: number;
  valueLength: number;
}

export interface LayerPlan {
  layers: readonly CacheLayer[];
  /** Number of layers in the model's own pass: all except those for multi-token prediction. */
  trunk: number;
  window: Window | null;
  /** Keys and values are one latent vector, so nothing is stored for the values. */
  latent: boolean;
  /** Attention heads of the first layer, from which the size of some recurrent states is computed. */
  firstHeads: number;
  /** Metadata keys that state the number of layers and heads and the head lengths. */
  keys: readonly string[];
}

/** Null if the file does not state the number of layers, or an impossible number. */
export function planLayers(
  row: CacheFacet,
  numbers: ModelNumbers,
  hasTensor: (name: string) => boolean,
): LayerPlan | null {
  const stored = numbers.number('block_count');
  const count = stored === null ? null : stored * (row.loops ? (numbers.number('num_loops') ?? 1) : 1);
  if (!stored || !count || count > MOST_LAYERS) return null;
  const heads = numbers.perLayer('attention.head_count', stored);
  const headsKv = numbers.perLayer('attention.head_count_kv', stored) ?? heads;
  const feedForward = numbers.perLayer('feed_forward_length', stored);
  const firstHeads = heads?.[0] ?? 0;
  const lengths = headLengths(row, numbers, firstHeads);

  const trunk = count - nextTokenLayers(row, numbers, stored, hasTensor);
  const recurs = recurrentLayers(row.state, numbers, stored, trunk, headsKv, feedForward);
  const recurrent = (layer: number) => recurs[layer % stored] ?? false;
  const window = slidingWindow(row.window, numbers, count, recurrent);
  const owners = owningLayers(row, numbers, count);
  const layers = Array.from({ length: count }, (_, index): CacheLayer => {
    const slides = window?.slides[index] ?? false;
    const leftOut = row.nextTokenLayers === undefined && index >= trunk;
    const without = leftOut ? 'next-token' : index >= owners ? 'shared' : 'none';
    return {
      index,
      cached: without === 'none' && attends(row, recurrent(index), feedForward?.[index] ?? 0),
      without,
      recurrent: recurrent(index) && index < trunk,
      slides,
      headsKv: headsKv?.[index % stored] ?? 0,
      ...(slides ? lengths.sliding : lengths.full),
    };
  });
  if (row.routerLayer) {
    layers.push({ ...(layers[0] as CacheLayer), ...lengths.full, index: count, headsKv: 1, slides: false });
  }
  return {
    layers,
    trunk,
    window,
    latent: isLatent(row, numbers),
    firstHeads,
    keys: ['block_count', ...(row.loops ? ['num_loops'] : []), 'attention.head_count', 'attention.head_count_kv'],
  };
}

/** Number of layers in the model's own pass. Some architectures also keep caches for the layers after these; `trunk` includes them. */
export function passedLayers({ trunk }: LayerPlan, row: CacheFacet | null, numbers: ModelNumbers): number {
  const further = row?.nextTokenLayers === 'counted' ? (numbers.number('nextn_predict_layers') ?? 0) : 0;
  return further < trunk ? trunk - further : trunk;
}

interface HeadLengths {
  keyLength: number;
  valueLength: number;
}

/** Keys of a head's key and value lengths; the first two are for layers without a window. */
export const LENGTH_KEYS = ['attention.key_length', 'attention.value_length'];
export const SLIDING_LENGTH_KEYS = ['attention.key_length_swa', 'attention.value_length_swa'];

/** If the file does not state it, a head's length is the embedding length divided by the head count of the first layer. */
function headLengths(
  { headLengthsAlways }: CacheFacet,
  numbers: ModelNumbers,
  firstHeads: number,
): { full: HeadLengths; sliding: HeadLengths } {
  const embedding = numbers.number('embedding_length') ?? 0;
  const shared = firstHeads > 0 ? Math.floor(embedding / firstHeads) : 0;
  const given = (key: string) => (firstHeads > 0 || headLengthsAlways ? numbers.number(key) : null);
  const full = {
    keyLength: given('attention.key_length') ?? shared,
    valueLength: given('attention.value_length') ?? shared,
  };
  return {
    full,
    sliding: {
      keyLength: numbers.number('attention.key_length_swa') ?? full.keyLength,
      valueLength: numbers.number('attention.value_length_swa') ?? full.valueLength,
    },
  };
}

function nextTokenLayers(
  { nextTokenLayers: rule }: CacheFacet,
  numbers: ModelNumbers,
  layers: number,
  hasTensor: (name: string) => boolean,
): number {
  if (rule === 'counted') return 0;
  const claimed = numbers.number('nextn_predict_layers') ?? 0;
  if (claimed >= layers) return 0;
  return rule === 'if-stored' && !hasTensor(`blk.${layers - claimed}.nextn.eh_proj.weight`) ? 0 : claimed;
}

/** Number of layers with their own cache; the others read the caches of earlier layers. */
function owningLayers({ sharing }: CacheFacet, numbers: ModelNumbers, layers: number): number {
  if (sharing === undefined) return layers;
  return sharing === 'by-key'
    ? Math.max(0, layers - (numbers.number('attention.shared_kv_layers') ?? 0))
    : sharing.owners;
}

function isLatent({ latent, cache }: CacheFacet, numbers: ModelNumbers): boolean {
  const given = (key: string) => (numbers.number(key) ?? 0) > 0;
  return (
    cache === 'compressed' || (!!latent && given('attention.key_length_mla') && given('attention.value_length_mla'))
  );
}

/** Whether a layer attends. A recurrent one does not, unless the architecture has both side by side. */
function attends({ state }: CacheFacet, recurrent: boolean, feedForward: number): boolean {
  if (state === undefined || state.layers === 'beside-cache') return true;
  return !recurrent && (state.layers !== 'without-kv-heads-and-ffn' || feedForward === 0);
}

function recurrentLayers(
  state: StateRule | undefined,
  numbers: ModelNumbers,
  layers: number,
  trunk: number,
  headsKv: readonly number[] | null,
  feedForward: readonly number[] | null,
): boolean[] {
  const each = (recurs: (layer: number) => boolean) => Array.from({ length: layers }, (_, layer) => recurs(layer));
  if (state === undefined) return [];
  if (state.layers === 'all' || state.layers === 'beside-cache') return each(() => true);
  if (typeof state.layers === 'object') {
    const listed = numbers.perLayer('attention.recurrent_layers', layers);
    if (listed !== null) return listed.map((flag) => flag !== 0);
    const interval = numbers.number('full_attention_interval') || state.layers.interval;
    return each((layer) => layer < trunk && (layer + 1) % interval !== 0);
  }
  const alone = state.layers === 'without-kv-heads-and-ffn';
  const without = (layer: number) => (headsKv?.[layer] ?? 0) === 0 && (!alone || (feedForward?.[layer] ?? 0) === 0);
  return each((layer) => layer < trunk && without(layer));
}
