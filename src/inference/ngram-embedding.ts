/**
 * N-gram embeddings (Qwen 4), planned and computed. A hash of a token and the tokens before it selects rows of a table, which are added to
 * all residual streams. e is the concatenation of the rows; for stream i, with k_i the normalized key of e and h_i the normalized stream: s
 * = k_i · h_i ÷ √length, g = σ(sign(s) √|s|), u_i = g V e, and the stream gets u_i + silu(convolution of normalized u_i), where the
 * convolution reads every n-th earlier token.
 */

import type { ReadableData } from '../tensor-data/tensor-data.js';
import { pointwise } from './activations.js';
import type { Arithmetic } from './arithmetic.js';
import { type ConvolutionPlan, convolved, planConvolution } from './causal-convolution.js';
import { MOST_HEADS, missing } from './model-numbers.js';
import type { LayerPlan, NormPlan, Projection } from './plan.js';
import type { Planner } from './planner.js';
import type { BlockTrace } from './state-trace.js';
import { addTo, makeVectors, type Vectors } from './vectors.js';

export interface NgramPlan {
  table: ReadableData;
  /** Length of the longest n-gram in tokens; below, the number of heads for each length from 2 on. */
  size: number;
  perLength: number;
  /** The token that ends a text: n-grams do not reach back past it. It also stands for the tokens before the start of the prompt. */
  end: number;
  multipliers: readonly bigint[];
  offsets: readonly bigint[];
  sizes: readonly bigint[];
  key: Projection;
  value: Projection;
  keyNorm: NormPlan;
  queryNorm: NormPlan;
  innerNorm: NormPlan;
  convolution: ConvolutionPlan;
}

/** Throws TraceError where a tensor or number is missing or does not fit. */
export function planNgrams(planner: Planner, { layer, view }: LayerPlan): NgramPlan {
  const { numbers, tensors } = planner;
  const { embedding, streams } = numbers;
  const all = streams * embedding;
  const name = (part: string) => planner.name(layer, `ple_${part}`);
  const sized = (key: string) => planner.length(key, view.number(key), MOST_HEADS);
  const size = sized('ple.ngram_size');
  const perLength = sized('ple.heads_per_ngram');
  const heads = (size - 1) * perLength;
  const listed = (key: string, count: number) => {
    const values = numbers.integers(key);
    if (values === undefined || values.length < count) throw missing(`${numbers.name}.${key}`);
    return values.slice(0, count);
  };
  const length = planner.length(
    'embedding_length_per_layer_input',
    view.number('embedding_length_per_layer_input'),
    embedding * MOST_HEADS,
  );
  const end = view.number('ple.eos_token_id');
  const sizes = listed('ple.head_vocab_sizes', heads);
  if (end === undefined || sizes.includes(0n)) throw missing(`${numbers.name}.ple.eos_token_id or head_vocab_sizes`);
  const byStream = (part: string): NormPlan => ({
    ...planner.norm(name(part), all, { kind: 'rms' }),
    stretch: embedding,
  });
  return {
    ...{ size, perLength, end, sizes },
    table: tensors.matrix('per_layer_token_embd.weight', length),
    multipliers: listed('ple.layer_multipliers', size),
    offsets: listed('ple.head_offsets', heads),
    key: planner.projection(name('key'), heads * length, { rows: all }),
    value: planner.projection(name('value'), heads * length, { rows: embedding }),
    keyNorm: byStream('norm_key'),
    queryNorm: byStream('norm_query'),
    innerNorm: byStream('norm_conv'),
    convolution: planConvolution(planner, name('conv1d'), sized('ple.conv_kernel'), all),
  };
}

/** Returns what the block adds to all streams, and its state. `all` are the streams of each token, `ids` the tokens. */
export async function throughNgrams(
  arithmetic: Arithmetic,
  plan: NgramPlan,
  all: Vectors,
  ids: readonly number[],
): Promise<{ result: Vectors; trace: BlockTrace }> {
  const { table, convolution, size } = plan;
  const rows = ids.flatMap((_, token) => rowsOf(plan, ids, token));
  const gathered = await arithmetic.rows(table, rows);
  const found: Vectors = { values: gathered.values, length: gathered.values.length / ids.length, count: ids.length };
  const key = await arithmetic.normalized(await arithmetic.project(plan.key, found), plan.keyNorm);
  const value = await arithmetic.project(plan.value, found);
  const query = await arithmetic.normalized(all, plan.queryNorm);
  const { length } = value;
  const result = makeVectors(all.count, all.length);
  for (let from = 0; from < all.values.length; from += length) {
    let sum = 0;
    for (let i = from; i < from + length; i++) sum += (key.values[i] as number) * (query.values[i] as number);
    const gate = gateOf(sum / Math.sqrt(length));
    const own = Math.floor(from / all.length) * length;
    for (let i = 0; i < length; i++) result.values[from + i] = gate * (value.values[own + i] as number);
  }
  const mixed = await convolved(arithmetic, convolution, await arithmetic.normalized(result, plan.innerNorm), {
    step: size,
  });
  const silu = pointwise('silu');
  addTo(
    result.values,
    mixed.values.map((one) => silu(one)),
  );
  return {
    result,
    trace: {
      parts: [{ kind: 'convolution', dimensions: [(convolution.taps - 1) * size, convolution.channels] }],
      ...{ fading: null, lengths: new Float64Array(0), overwrites: false },
    },
  };
}

/** σ of the signed square root of the product of a stream and the n-grams. */
function gateOf(common: number): number {
  const root = Math.sign(common) * Math.sqrt(Math.max(Math.abs(common), 1e-6));
  return 1 / (1 + Math.exp(-root));
}

/**
 * The table rows for a token's n-grams: a 64-bit hash of the tokens for each length, reduced for each head to an index into the head's
 * rows.
 */
function rowsOf(plan: NgramPlan, ids: readonly number[], token: number): number[] {
  const { size, perLength, end, multipliers, offsets, sizes } = plan;
  const tokens = [ids[token] as number];
  for (let back = 1; back < size; back++) {
    const before = ids[token - back];
    // If the token itself is the end token, it still sees the tokens before it.
    const isCut = back > 1 && tokens.at(-1) === end;
    tokens.push(isCut || before === undefined ? end : before);
  }
  const rows: number[] = [];
  let hash = 0n;
  for (const [i, id] of tokens.entries()) {
    const product = BigInt.asUintN(64, BigInt(id) * (multipliers[i] as bigint));
    hash = i === 0 ? product : hash ^ product;
    if (i === 0) continue;
    for (let head = (i - 1) * perLength; head < i * perLength; head++) {
      rows.push(Number((hash % (sizes[head] as bigint)) + (offsets[head] as bigint)));
    }
  }
  return rows;
}
