/** Small models of plain decoders, and results that must be the same in two ways. */

import { describe, expect, it } from 'vitest';
import type { TensorItem } from '../support/gguf-writer.js';
import { f32, text, u32 } from '../support/gguf-writer.js';
import { computed } from './compute.js';
import { EXPERTS, randomNumbers, SIZES, TINY_ARCHITECTURES, tinyModel, weights } from './tiny-model.js';

const IDS = [3, 17, 5, 5, 30, 8];

describe.each(TINY_ARCHITECTURES)('%s', (architecture) => {
  it('is computed: finite scores, shares that sum to 1 and none for later tokens', async () => {
    const { logits, shares } = await computed(tinyModel(architecture), IDS);
    expect(logits).toHaveLength(SIZES.vocabulary);
    expect(logits.every(Number.isFinite)).toBe(true);
    expect(new Set(logits).size).toBeGreaterThan(SIZES.vocabulary / 2);
    expect(shares).toHaveLength(SIZES.layers);
    for (const [query, row] of shares.flat().flatMap((rows) => [...rows.entries()])) {
      expect(row).toHaveLength(query + 1);
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    }
  });

  it('depends on the order of the tokens', async () => {
    const { logits } = await computed(tinyModel(architecture), [3, 17, 5]);
    const { logits: other } = await computed(tinyModel(architecture), [17, 3, 5]);
    expect(logits).not.toEqual(other);
  });
});

/** The same tensors under other names, or split differently. */
function changed(tensors: readonly TensorItem[], change: (item: TensorItem) => TensorItem[]): TensorItem[] {
  return tensors.flatMap(change);
}

const near = (a: Float32Array, b: Float32Array) =>
  expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))))).toBeLessThan(1e-4);

describe('a mixture of experts', () => {
  it('whose experts are all the same equals the plain network', async () => {
    const plain = tinyModel('llama');
    const { embedding } = SIZES;
    const mixture = {
      ...plain,
      metadata: [...plain.metadata, u32('llama.expert_count', EXPERTS), u32('llama.expert_used_count', 2)],
      tensors: changed(plain.tensors, (item) => {
        const match = /^(blk\.\d\.)ffn_(gate|up|down)\.weight$/.exec(String(item.name));
        if (match === null) return [item];
        const data = Buffer.concat(Array.from({ length: EXPERTS }, () => item.data as Uint8Array));
        const router = weights(`${match[1]}ffn_gate_inp.weight`, [embedding, EXPERTS]);
        const experts = { ...item, name: `${match[1]}ffn_${match[2]}_exps.weight`, data };
        return [{ ...experts, dimensions: [...item.dimensions, EXPERTS] }, ...(match[2] === 'gate' ? [router] : [])];
      }),
    };
    near((await computed(mixture, IDS)).logits, (await computed(plain, IDS)).logits);
  });
});

describe('matrices in one tensor', () => {
  it('give the same result: phi3 with fused matrices is qwen2 with separate ones', async () => {
    const fused = tinyModel('phi3');
    const { embedding, heads, keyHeads, headLength, feedForward } = SIZES;
    const [q, k] = [heads * headLength, keyHeads * headLength];
    const cut = (data: Uint8Array, from: number, count: number) => data.slice(4 * from, 4 * (from + count));
    const single = {
      metadata: tinyModel('qwen2').metadata,
      tensors: changed(fused.tensors, (item) => {
        const name = String(item.name);
        const width = item.dimensions.length === 1 ? 1 : embedding;
        const rows = (part: string, from: number, count: number): TensorItem => ({
          name: name.replace(/attn_qkv|ffn_up/, part),
          dimensions: width === 1 ? [count] : [embedding, count],
          type: 'F32',
          data: cut(item.data as Uint8Array, from * width, count * width),
        });
        if (name.includes('attn_qkv')) return [rows('attn_q', 0, q), rows('attn_k', q, k), rows('attn_v', q + k, k)];
        if (name.includes('ffn_up'))
          return [rows('ffn_gate', 0, feedForward), rows('ffn_up', feedForward, feedForward)];
        return [item];
      }),
    };
    near((await computed(fused, IDS)).logits, (await computed(single, IDS)).logits);
  });
});

describe('rotation', () => {
  const withKeys = (architecture: string, ...entries: ReturnType<typeof f32>[]) => {
    const model = tinyModel(architecture);
    return { ...model, metadata: [...model.metadata, ...entries] };
  };

  it('with linear scaling by a factor equals a list of factors that are all the same', async () => {
    const model = tinyModel('llama');
    const listed = {
      ...model,
      tensors: [...model.tensors, weights('rope_freqs.weight', [2], Float32Array.of(4, 4))],
    };
    const scaled = withKeys('llama', f32('llama.rope.scaling.factor', 4));
    near((await computed(scaled, IDS)).logits, (await computed(listed, IDS)).logits);
    const unscaled = await computed(model, IDS);
    expect((await computed(scaled, IDS)).logits).not.toEqual(unscaled.logits);
  });

  it('is not scaled where the kind of scaling is none, whatever the factor', async () => {
    const entries = [text('llama.rope.scaling.type', 'none'), f32('llama.rope.scaling.factor', 4)];
    const { logits } = await computed(withKeys('llama', ...entries), IDS);
    expect(logits).toEqual((await computed(tinyModel('llama'), IDS)).logits);
  });

  it('with YaRN changes the shares, but not those of the first token', async () => {
    const entries = [
      text('llama.rope.scaling.type', 'yarn'),
      f32('llama.rope.scaling.factor', 8),
      u32('llama.rope.scaling.original_context_length', 8),
    ];
    const { shares } = await computed(withKeys('llama', ...entries), IDS);
    const { shares: plain } = await computed(tinyModel('llama'), IDS);
    expect(shares[0]?.[0]?.[0]).toEqual([1]);
    expect(shares[0]?.[0]?.[5]).not.toEqual(plain[0]?.[0]?.[5]);
  });
});

describe('a sliding window', () => {
  it('hides earlier tokens, in every layer except each n-th', async () => {
    const { shares } = await computed(tinyModel('gemma2'), IDS);
    const last = (layer: number) => shares[layer]?.[0]?.[5] ?? [];
    expect(last(0).slice(0, 3)).toEqual([0, 0, 0]);
    expect(
      last(0)
        .slice(3)
        .every((share) => share > 0),
    ).toBe(true);
    expect(last(1).every((share) => share > 0)).toBe(true);
  });
});

describe('a parallel network', () => {
  it('is that of stablelm without its second norm', async () => {
    const model = tinyModel('stablelm');
    const parallel = { ...model, tensors: model.tensors.filter(({ name }) => !/ffn_norm/.test(String(name))) };
    const { logits } = await computed(parallel, IDS);
    expect(logits.every(Number.isFinite)).toBe(true);
    expect(logits).not.toEqual((await computed(model, IDS)).logits);
  });
});

describe('a bias of the output', () => {
  it('is added to the scores', async () => {
    const model = tinyModel('qwen2');
    const bias = randomNumbers('bias', SIZES.vocabulary);
    const biased = { ...model, tensors: [...model.tensors, weights('output.bias', [SIZES.vocabulary], bias)] };
    const { logits } = await computed(model, IDS);
    near(
      (await computed(biased, IDS)).logits,
      logits.map((value, i) => value + (bias[i] as number)),
    );
  });
});
