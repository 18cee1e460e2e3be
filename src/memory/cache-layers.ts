/**
 * What each layer keeps: a cache of its own or none, how many heads and of which lengths, whether a window slides over it, whether it
 * carries a state. Rules of llama.cpp (`load_hparams`, and the layer filters of `create_memory`), with the numbers of the file.
 */

import type { CacheFacet, StateRule } from '../architectures/cache-facet.js';
import { MOST_LAYERS } from '../words/llama-cpp.js';
import type { ModelNumbers } from './model-numbers.js';
import { slidingWindow, type Window } from './sliding-window.js';

export interface CacheLayer {
  index: number;
  /** Whether it has keys and values of its own in the cache. */
  cached: boolean;
  /** Why it has none: it reads those of another layer, predicts further tokens, or does not attend. */
  without: 'shared' | 'next-token' | 'none';
  /** Whether it carries a state. */
  recurrent: boolean;
  slides: boolean;
  headsKv: number;
  keyLength: number;
  valueLength: number;
}

export interface LayerPlan {
  layers: readonly CacheLayer[];
  /** Layers that the model's own pass goes through: all but those that predict further tokens. */
  trunk: number;
  window: Window | null;
  /** Keys and values are one latent vector: nothing is kept for the values. */
  latent: boolean;
  /** Attention heads of the first layer, which recurrent states of some kinds are counted by. */
  firstHeads: number;
  /** Keys that say how many layers and heads there are and how long a head is. */
  keys: readonly string[];
}

/** Null where the file does not say how many layers there are, or claims more than can be. */
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

/** Layers that the model's own pass goes through. Some architectures keep caches for those behind them as well: `trunk` has these. */
export function passedLayers({ trunk }: LayerPlan, row: CacheFacet | null, numbers: ModelNumbers): number {
  const further = row?.nextTokenLayers === 'counted' ? (numbers.number('nextn_predict_layers') ?? 0) : 0;
  return further < trunk ? trunk - further : trunk;
}

interface HeadLengths {
  keyLength: number;
  valueLength: number;
}

/** Keys that say how long a head's keys and values are; the first two where it is not a layer with a window. */
export const LENGTH_KEYS = ['attention.key_length', 'attention.value_length'];
export const SLIDING_LENGTH_KEYS = ['attention.key_length_swa', 'attention.value_length_swa'];

/** Where the file does not say, a head's length is the embedding shared out over the heads of the first layer. */
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

/** How many layers have a cache of their own; the others read those of the layers before. */
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

/** Whether a layer attends at all: a recurrent one does not, but where both stand side by side. */
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
