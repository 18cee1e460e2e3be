/** Projectors, adapters, control vectors, importance matrices and drafts beside the models that they belong to. */

import { describe, expect, it } from 'vitest';
import { FLAWED_MODEL, SOUND } from '../support/fixtures/flawed-model.js';
import { type Description, type Entry, tensor, text } from '../support/gguf-writer.js';
import { beside, codesIn, judgeModel, modelOf } from './surroundings.js';

const fixture = (name: string) => modelOf(FLAWED_MODEL.find((one) => one.name === name)!.bytes);

function renamed(description: Description, key: string, value: string): Description {
  const metadata = description.metadata!.map((entry) =>
    'key' in entry && entry.key === key ? text(key, value) : entry,
  ) as Entry[];
  return { ...description, metadata };
}

describe('a projector', () => {
  it('fits a model of the width that it outputs', () => {
    expect(judgeModel(modelOf(SOUND.projector), beside(SOUND.llama))).toEqual([]);
  });

  it('of another width fits none of the models beside it', () => {
    const [finding] = judgeModel(fixture('projector-misfit--too-wide'), beside(SOUND.llama));
    expect(finding).toMatchObject({
      code: 'projector-misfit',
      place: { tensor: 'mm.2.weight' },
      facts: { made: 24, wanted: 8, model: 'neighbor-0.gguf' },
    });
  });

  it('needs only one model that it fits', () => {
    const wide = modelOf({
      metadata: [
        text('general.architecture', 'llama'),
        { key: 'llama.embedding_length', type: 'u32', value: 24 } satisfies Entry,
      ],
    });
    const both = beside(SOUND.llama);
    const around = { ...both, neighbors: [...both.neighbors, { fileName: 'wide.gguf', model: wide }] };
    expect(judgeModel(fixture('projector-misfit--too-wide'), around)).toEqual([]);
  });

  it('is not compared with adapters, projectors and unreadable files', () => {
    const others = beside(SOUND.adapter, SOUND.projector);
    const around = { ...others, neighbors: [...others.neighbors, { fileName: 'broken.gguf', model: null }] };
    expect(judgeModel(fixture('projector-misfit--too-wide'), around)).toEqual([]);
  });

  it('of a kind whose last matrix is unknown is given the benefit of the doubt', () => {
    const unknown = renamed(SOUND.projector, 'clip.projector_type', 'cogvlm');
    const fitting = { ...unknown, tensors: [tensor('mm.up.weight', [8, 16]), tensor('mm.down.weight', [16, 8])] };
    expect(judgeModel(modelOf(fitting), beside(SOUND.llama))).toEqual([]);
  });
});

describe('an adapter', () => {
  it('fits the model whose tensors it changes', () => {
    expect(judgeModel(modelOf(SOUND.adapter), beside(SOUND.llama))).toEqual([]);
  });

  it.each([
    { what: 'a model of another architecture', base: renamed(SOUND.llama, 'general.architecture', 'qwen2') },
    { what: 'a model without the tensor', base: { ...SOUND.llama, tensors: SOUND.llama.tensors!.slice(0, 2) } },
  ])('does not fit $what', ({ base }) => {
    expect(codesIn(judgeModel(modelOf(SOUND.adapter), beside(base)))).toEqual(['adapter-misfit']);
  });

  it('of another shape is reported with the tensor and the intended base model', () => {
    const stranger = renamed(SOUND.llama, 'general.architecture', 'qwen2');
    const [finding] = judgeModel(fixture('adapter-misfit--too-high'), beside(stranger, SOUND.llama));
    expect(finding).toMatchObject({
      code: 'adapter-misfit',
      place: { tensor: 'blk.0.attn_q.weight.lora_a' },
      facts: { model: 'neighbor-1.gguf' },
    });
    expect(finding?.facts.why).toContain('8 → 8');
  });

  it('changes a token table with swapped dimensions', () => {
    const tensors = [
      tensor('token_embd.weight.lora_a', [2, 8], 'F16'),
      tensor('token_embd.weight.lora_b', [2, 8], 'F16'),
    ];
    expect(judgeModel(modelOf({ ...SOUND.adapter, tensors }), beside(SOUND.llama))).toEqual([]);
  });

  it('may contain norms, which llama.cpp skips', () => {
    const tensors = [...SOUND.adapter.tensors!, tensor('blk.0.attn_norm.weight', [8])];
    expect(judgeModel(modelOf({ ...SOUND.adapter, tensors }), beside(SOUND.llama))).toEqual([]);
  });
});

describe('a projector with deepstack layers', () => {
  const streams = renamed(SOUND.projector, 'clip.projector_type', 'qwen3vl_merger');
  const deep = [0, 2].map((layer) => tensor(`v.deepstack.${layer}.fc1.weight`, [8, 16]));
  const projector = modelOf({ ...streams, tensors: [...streams.tensors!, ...deep] });
  const base = (layers: number): Description => ({
    metadata: [
      text('general.architecture', 'qwen3vl'),
      { key: 'qwen3vl.embedding_length', type: 'u32', value: 8 } satisfies Entry,
      { key: 'qwen3vl.n_deepstack_layers', type: 'u32', value: layers } satisfies Entry,
    ],
  });

  it('fits a model that takes a vector in the same number of layers', () => {
    expect(codesIn(judgeModel(projector, beside(base(2))))).toEqual([]);
  });

  it('fits no model that takes another number of vectors, as the widths show', () => {
    const [finding] = judgeModel(projector, beside(base(3)));
    expect(finding).toMatchObject({
      code: 'projector-misfit',
      facts: { made: '24 (8 × (1 + 2 deepstack layers))', wanted: '32 (8 × (1 + 3 deepstack layers))' },
    });
  });
});

describe('a control vector', () => {
  it('does not fit a model of another width, but fits its own', () => {
    const wide = { metadata: [text('general.architecture', 'llama')], tensors: [] };
    const vector = fixture('control-vector-misfit--too-long');
    const [finding] = judgeModel(vector, beside(SOUND.llama));
    expect(finding).toMatchObject({ code: 'control-vector-misfit', facts: { length: 24, wanted: 8 } });
    expect(judgeModel(vector, beside(SOUND.llama, wide))).toEqual([]);
    expect(judgeModel(vector)).toEqual([]);
  });
});

describe('an importance matrix', () => {
  it('does not fit a model whose matrices have other inputs', () => {
    const [finding] = judgeModel(fixture('imatrix-misfit--width'), beside(SOUND.llama));
    expect(finding).toMatchObject({
      code: 'imatrix-misfit',
      facts: { tensor: 'blk.0.attn_q.weight', length: 24, wanted: 8 },
    });
    expect(judgeModel(fixture('imatrix-misfit--width'))).toEqual([]);
  });
});

describe('a draft', () => {
  it('that differs is an error where it was requested, and a warning where two files were named together', () => {
    const draft = { fileName: 'draft.gguf', why: 'its tokenizer is gpt2, not llama' };
    const levels = [true, false].map((asked) => {
      const found = judgeModel(modelOf(SOUND.llama), { ...beside(), draft: { ...draft, asked } });
      return found.map(({ code, level }) => `${code} ${level}`);
    });
    expect(levels).toEqual([['draft-vocabulary-differs error'], ['draft-vocabulary-differs warning']]);
    expect(judgeModel(modelOf(SOUND.llama), { ...beside(), draft: { ...draft, why: null, asked: true } })).toEqual([]);
  });
});
