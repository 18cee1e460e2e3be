/** The tensors that a model must have: judged on real files, on each of them without one of its tensors, and on made-up models. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { facetOf, knownArchitectures } from '../../src/architectures/book.js';
import type { Check } from '../../src/checks/define-check.js';
import { ARCHITECTURE_CHECKS } from '../../src/checks/model/architecture.js';
import { INVENTORY_CHECKS } from '../../src/checks/model/inventory.js';
import { NO_SURROUNDINGS, type Surroundings } from '../../src/checks/surroundings.js';
import type { Finding } from '../../src/gguf/finding.js';
import { foldNames } from '../../src/model/fold-names.js';
import { takeStock } from '../../src/model/inventory/required-tensors.js';
import { interpret, type Model } from '../../src/model/model.js';
import { FIXTURES } from '../support/fixtures/index.js';
import { bool, type Entry, list, tensor, text, u32, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';
import { WRITTEN_BY_LLAMA_CPP } from '../support/reference.js';

const RULES: readonly Check[] = [...ARCHITECTURE_CHECKS, ...INVENTORY_CHECKS].filter(
  ({ code }) => code !== 'no-architecture',
);

function judge(model: Model, surroundings: Surroundings = NO_SURROUNDINGS): Finding[] {
  return RULES.flatMap((rule) => rule.judge(model, surroundings));
}
const codes = (model: Model, surroundings?: Surroundings) => judge(model, surroundings).map(({ code }) => code);

/** A model with these numbers and tensors; `attn_q` in the names stands for `blk.N.attn_q.weight` of each layer. */
function modelOf(architecture: string, numbers: Record<string, number | number[]>, names: readonly string[]): Model {
  const entries = Object.entries(numbers).map(([key, value]): Entry => {
    const whole = `${architecture}.${key}`;
    return typeof value === 'number' ? u32(whole, value) : list(whole, 'u32', value);
  });
  return modelWith([text('general.architecture', architecture), ...entries], names);
}

function modelWith(metadata: readonly Entry[], names: readonly string[]): Model {
  const tensors = names.map((name) => tensor(name, [1]));
  return interpret(read(writeGguf({ metadata: [...metadata], tensors })));
}

const weights = (layer: number, names: string) =>
  names
    .split(' ')
    .map((name) => (name.includes(':') ? `blk.${layer}.${name.split(':')[0]}` : `blk.${layer}.${name}.weight`));
const without = (names: readonly string[], ...left: string[]) => names.filter((name) => !left.includes(name));

const ENDS = ['token_embd.weight', 'output_norm.weight', 'output.weight'];
const ATTENTION = 'attn_norm attn_q attn_k attn_v attn_output ffn_norm';
const DENSE = 'ffn_gate ffn_up ffn_down';
const llama = (layers: number) => [
  ...ENDS,
  ...Array.from({ length: layers }, (_, layer) => weights(layer, `${ATTENTION} ${DENSE}`)).flat(),
];

const missingFrom = (model: Model) => {
  const { file, hyperparameters, tensors } = model;
  return takeStock(hyperparameters.architecture!, file, new Set(tensors.map(({ name }) => name)))?.missing;
};

describe('the inventories of the book', () => {
  const judged = knownArchitectures().filter((name) => facetOf(name, 'tensors') !== null);

  it.each(judged)('accept a %s that has the required tensors, and no other', (architecture) => {
    // Two kinds of layers where the file says which is which, experts after the first layer, and one layer for next-token prediction.
    const numbers = {
      block_count: 4,
      expert_count: 4,
      expert_shared_count: 1,
      leading_dense_block_count: 1,
      interleave_moe_layer_step: 2,
      full_attention_interval: 2,
      nextn_predict_layers: 1,
      'attention.head_count': 2,
      'attention.head_count_kv': [0, 1, 0, 1],
      feed_forward_length: [8, 0, 0, 8],
      'attention.compress_ratios': [4, 128, 0, 0],
    };
    const empty = modelOf(architecture, numbers, ['token_embd.weight']);
    const asked = [
      ...takeStock(architecture, empty.file, new Set(['blk.0.attn_norm.weight', 'blk.3.attn_norm.weight']))!.required,
    ];
    expect(asked.length).toBeGreaterThan(20);

    const whole = modelOf(architecture, numbers, asked);
    expect(judge(whole)).toEqual([]);
    const patterns = new Map(whole.tensors.map((one) => [one.classified.pattern, one]));
    const unnoticed = [...patterns.values()].filter((gone) => {
      const tensors = whole.tensors.filter((kept) => kept !== gone);
      return !codes({ ...whole, tensors }).includes('missing-tensors');
    });
    expect(unnoticed.map(({ name }) => name)).toEqual([]);
    expect(codes(modelOf(architecture, numbers, [...asked, 'blk.4.attn_norm.weight']))).toContain('surplus-tensors');
  });
});

describe('real files', () => {
  /**
   * Tensors without which llama.cpp still loads a model: the output of a tied model, scales, biases, and tensors that few models of a kind
   * have.
   */
  const DISPENSABLE = [
    /: (output|cls\.output|rope_\w+)\.weight$/,
    /\.(scale|input_scale)$/,
    /(attn_(q|k|v|output)|ffn_(gate|up|down)|exp_probs_b|ssm_conv1d|output)\.bias$/,
    /^codeshell: token_embd/,
    /^(llama|refact): .*ffn_gate_exps/,
    /^falcon: .*attn_norm_2/,
    /^stablelm: .*(attn_[qk]|ffn)_norm/,
    /^rwkv6qwen2: .*(output_norm|time_mix_(key|value|receptance))\.bias$/,
    /^qwen3next: .*(ssm_in|attn_qkv|attn_gate)\./,
  ];
  /** Biases that these models always have. */
  const NEEDED = [
    /^(bloom|codeshell|gpt2|jais|starcoder2): .*(attn_qkv|attn_output|ffn_\w+|norm)\.bias$/,
    /^gpt-oss: .*(attn_output|_exps|gate_inp)\.bias$/,
    /^mamba2?: .*ssm_conv1d\.bias$/,
  ];
  const isDispensable = (name: string) =>
    DISPENSABLE.some((pattern) => pattern.test(name)) && !NEEDED.some((pattern) => pattern.test(name));

  it('are complete', () => {
    for (const path of WRITTEN_BY_LLAMA_CPP)
      expect(judge(interpret(read(readFileSync(path)))), basename(path)).toEqual([]);
  });

  it('are reported without any one of the tensors that they need', () => {
    const unnoticed: string[] = [];
    let removed = 0;
    let noticed = 0;
    for (const path of WRITTEN_BY_LLAMA_CPP) {
      const model = interpret(read(readFileSync(path)));
      if (model.tensors.length === 0 || model.tensors.length > 200) continue;
      for (const gone of model.tensors) {
        removed++;
        const tensors = model.tensors.filter((kept) => kept !== gone);
        const name = `${model.hyperparameters.architecture}: ${gone.name}`;
        if (codes({ ...model, tensors }).includes('missing-tensors')) noticed++;
        else if (!isDispensable(name)) unnoticed.push(name);
      }
    }
    expect(unnoticed).toEqual([]);
    // The others are optional: these files hold every bias and scale that llama.cpp would load if it were there.
    expect(removed).toBeGreaterThan(2000);
    expect(noticed / removed).toBeGreaterThan(0.4);
  });
});

describe('fixtures', () => {
  const models = FIXTURES.filter(
    ({ name, about }) => /^(llama|mixtral|qwen|gpt|deepseek|mamba|gemma|bert)/.test(name) && about,
  );

  it.each(models.map((fixture) => [fixture.name, fixture] as const))('%s is complete', (_, { bytes }) => {
    expect(judge(interpret(read(bytes)))).toEqual([]);
  });

  it.each(['lora-adapter', 'clip', 'image-model', 'vocabulary-only', 'imatrix'])(
    '%s is not a model to judge',
    (name) => {
      const fixture = FIXTURES.find((other) => other.name === name)!;
      expect(judge(interpret(read(fixture.bytes)))).toEqual([]);
    },
  );

  it.each(
    FIXTURES.filter(({ name }) =>
      /^(missing-tensors|surplus-tensors|uneven-layers|unknown-architecture)--/.test(name),
    ).map((fixture) => [fixture.name, fixture] as const),
  )('%s has only its own flaw', (name, { bytes, findings }) => {
    expect(name.startsWith(`${findings[0]}--`)).toBe(true);
    expect(codes(interpret(read(bytes)))).toEqual([findings[0]]);
  });
});

describe('missing-tensors', () => {
  it('folds the names, counts them, and reports the position of the first one', () => {
    const names = without(llama(4), 'blk.1.attn_q.weight', 'blk.2.attn_q.weight', 'output_norm.weight');
    expect(judge(modelOf('llama', { block_count: 4 }, names))).toMatchObject([
      {
        code: 'missing-tensors',
        place: { tensor: 'output_norm.weight' },
        facts: { architecture: 'llama', count: 3, examples: 'output_norm.weight, blk.{1..2}.attn_q.weight' },
      },
    ]);
  });

  it('requires the number of layers that the file states', () => {
    expect(missingFrom(modelOf('llama', { block_count: 3 }, llama(2)))).toEqual(
      weights(2, `${ATTENTION} ${DENSE}`).sort(byList),
    );
    expect(missingFrom(modelOf('llama', { block_count: 2 }, llama(2)))).toEqual([]);
  });
  const order = weights(2, 'attn_norm attn_q attn_k attn_v attn_output ffn_norm ffn_gate ffn_up ffn_down');
  const byList = (a: string, b: string) => order.indexOf(a) - order.indexOf(b);

  it('accepts queries, keys and values in one tensor or in three', () => {
    const fused = [...without(llama(1), ...weights(0, 'attn_q attn_k attn_v')), 'blk.0.attn_qkv.weight'];
    expect(missingFrom(modelOf('llama', { block_count: 1 }, fused))).toEqual([]);
    expect(missingFrom(modelOf('llama', { block_count: 1 }, without(llama(1), 'blk.0.attn_v.weight')))).toEqual([
      'blk.0.attn_v.weight',
    ]);
    expect(codes(modelOf('llama', { block_count: 1 }, [...llama(1), 'blk.0.attn_qkv.weight']))).toEqual([
      'surplus-tensors',
    ]);
  });

  it('requires an output matrix only where the embedding cannot replace it', () => {
    const tied = without(llama(1), 'output.weight');
    expect(missingFrom(modelOf('llama', { block_count: 1 }, tied))).toEqual([]);
    expect(missingFrom(modelOf('baichuan', { block_count: 1 }, tied))).toEqual(['output.weight']);
    expect(codes(modelOf('gemma', { block_count: 1 }, llama(1)))).toEqual(['surplus-tensors']);
  });

  it('requires experts where the file states some, after the dense layers', () => {
    const counted = { block_count: 2, expert_count: 4, leading_dense_block_count: 1 };
    const sparse = 'ffn_gate_inp ffn_gate_exps ffn_up_exps ffn_down_exps ffn_gate_shexp ffn_up_shexp ffn_down_shexp';
    const names = [...ENDS, ...weights(0, `${ATTENTION} ${DENSE}`), ...weights(1, `${ATTENTION} ${sparse}`)];
    expect(missingFrom(modelOf('deepseek', counted, names))).toEqual([]);
    expect(missingFrom(modelOf('deepseek', { ...counted, leading_dense_block_count: 2 }, names))).toEqual(
      weights(1, DENSE),
    );
  });

  it('follows the heads of each layer in hybrids', () => {
    const mamba = 'ssm_in ssm_conv1d ssm_x ssm_dt ssm_out ssm_dt_norm ssm_b_norm ssm_c_norm';
    const others = ['blk.0.ssm_conv1d.bias', 'blk.0.ssm_dt.bias', 'blk.0.ssm_a', 'blk.0.ssm_d'];
    const names = [
      ...ENDS,
      ...weights(0, `attn_norm ffn_norm ${mamba} ${DENSE}`),
      ...others,
      ...weights(1, `${ATTENTION} ${DENSE}`),
    ];
    const heads = { block_count: 2, 'attention.head_count': 4 };
    expect(missingFrom(modelOf('jamba', { ...heads, 'attention.head_count_kv': [0, 2] }, names))).toEqual([]);
    expect(
      missingFrom(modelOf('jamba', { ...heads, 'attention.head_count_kv': [0, 2] }, without(names, 'blk.0.ssm_a'))),
    ).toEqual(['blk.0.ssm_a']);
    expect(missingFrom(modelOf('jamba', { ...heads, 'attention.head_count_kv': 2 }, names))).toEqual(
      weights(0, 'attn_q attn_k attn_v attn_output'),
    );
  });

  it('knows latent attention of both kinds of files', () => {
    const latent = 'attn_norm attn_q attn_kv_a_mqa attn_kv_a_norm attn_output ffn_norm';
    const numbers = { block_count: 1, expert_count: 4, leading_dense_block_count: 1 };
    const of = (numbers: Record<string, number>, names: string) =>
      missingFrom(modelOf('deepseek2', numbers, [...ENDS, ...weights(0, `${latent} ${DENSE} ${names}`)]));
    expect(of(numbers, 'attn_kv_b')).toEqual([]);
    expect(of({ ...numbers, 'attention.key_length_mla': 8 }, 'attn_k_b attn_v_b')).toEqual([]);
    expect(of({ ...numbers, 'attention.key_length_mla': 8 }, 'attn_kv_b')).toEqual(weights(0, 'attn_k_b attn_v_b'));
  });

  it('accepts a file without any of the next-token layers where llama.cpp does', () => {
    const sparse = 'ffn_gate_inp ffn_gate_exps ffn_up_exps ffn_down_exps';
    const layer = (number: number) => weights(number, `${ATTENTION} attn_q_norm attn_k_norm ${sparse}`);
    const next = [...layer(1), ...weights(1, 'nextn.eh_proj nextn.enorm nextn.hnorm')];
    const numbers = { block_count: 2, nextn_predict_layers: 1, expert_count: 4 };
    expect(missingFrom(modelOf('hy_v3', numbers, [...ENDS, ...layer(0)]))).toEqual([]);
    expect(missingFrom(modelOf('hy_v3', numbers, [...ENDS, ...layer(0), ...next]))).toEqual([]);
    expect(missingFrom(modelOf('hy_v3', numbers, [...ENDS, ...next]))).toEqual([]);
    expect(
      missingFrom(modelOf('hy_v3', numbers, [...ENDS, ...layer(0), ...without(next, 'blk.1.nextn.hnorm.weight')])),
    ).toEqual(['blk.1.nextn.hnorm.weight']);
  });

  it('reports missing layers and incomplete experts of an architecture that it knows only by name', () => {
    const apart = ['blk.0.ffn_up.0.weight', 'blk.0.ffn_up.2.weight', 'blk.2.ffn_norm.weight'];
    const [finding] = judge(modelOf('gptj', { block_count: 3, expert_count: 3 }, apart));
    expect(finding).toMatchObject({
      code: 'missing-tensors',
      facts: { count: 2, examples: 'blk.1.*, blk.0.ffn_up.1.weight' },
    });
  });

  it('does not judge without the number of layers, or with an impossible number', () => {
    expect(judge(modelOf('llama', {}, ['token_embd.weight']))).toEqual([]);
    for (const count of [0, 513, 2 ** 32 - 1]) {
      expect(judge(modelOf('llama', { block_count: count }, ['token_embd.weight']))).toEqual([]);
      expect(judge(modelOf('gptj', { block_count: count, expert_count: count }, ['token_embd.weight']))).toEqual([]);
    }
    const strange = [text('general.architecture', 'llama'), text('llama.block_count', 'two')];
    expect(judge(modelWith(strange, ['token_embd.weight']))).toEqual([]);
  });

  it('accepts what depends on an unknown number', () => {
    const strange = [
      text('general.architecture', 'llama'),
      u32('llama.block_count', 1),
      text('llama.expert_count', 'x'),
    ];
    expect(judge(modelWith(strange, llama(1)))).toEqual([]);
    expect(judge(modelWith(strange, without(llama(1), 'blk.0.ffn_up.weight')))).toEqual([]);
  });
});

describe('surplus-tensors', () => {
  it('reports layers beyond the last one', () => {
    const [finding] = judge(modelOf('llama', { block_count: 1 }, llama(3)));
    expect(finding).toMatchObject({
      code: 'surplus-tensors',
      place: { tensor: 'blk.1.attn_norm.weight' },
      facts: { layers: 1, count: 18 },
    });
    expect(finding!.place.offset).toBeGreaterThan(0);
    expect(finding!.facts.examples).toContain('blk.{1..2}.attn_norm.weight');
  });

  it('accepts scales beside the weights that they belong to', () => {
    const scales = ['blk.0.attn_q.scale', 'blk.0.ffn_up.input_scale', 'output.scale'];
    expect(judge(modelOf('llama', { block_count: 1 }, [...llama(1), ...scales]))).toEqual([]);
    expect(codes(modelOf('llama', { block_count: 1 }, [...llama(1), 'blk.0.frob.scale']))).toEqual(['surplus-tensors']);
  });
});

describe('uneven-layers', () => {
  const biased = (layers: number) => [
    ...llama(layers),
    ...Array.from({ length: layers }, (_, i) => `blk.${i}.attn_q.bias`),
  ];

  it('needs three layers that have the tensors that the fourth one lacks', () => {
    const judgeWithout = (layers: number) =>
      codes(modelOf('qwen2', { block_count: layers }, without(biased(layers), 'blk.1.attn_q.bias')));
    expect(judgeWithout(3)).toEqual([]);
    expect(judgeWithout(4)).toEqual(['uneven-layers']);
  });

  it('lets a first layer be different where the architecture allows it', () => {
    const layer = 'attn_norm attn_qkv attn_output ffn_norm ffn_up ffn_down';
    const names = [0, 1, 2, 3, 4].flatMap((number) => weights(number, layer));
    const ends = ['token_embd.weight', 'token_embd_norm.weight', 'output_norm.weight'];
    const bert = without([...ends, ...names], 'blk.0.attn_norm.weight');
    expect(judge(modelOf('modern-bert', { block_count: 5 }, bert))).toEqual([]);
  });
});

describe('unknown-architecture', () => {
  it('reports the name', () => {
    expect(judge(modelOf('frobnicator', {}, ['blk.0.attn_q.weight']))).toMatchObject([
      { code: 'unknown-architecture', place: { key: 'general.architecture' }, facts: { architecture: 'frobnicator' } },
    ]);
  });

  it('is not reported for a model of another program', () => {
    expect(codes(modelOf('wan', {}, ['blocks.0.self_attn.q.weight']))).toEqual([]);
  });

  it.each(['clip', 'controlvector', 'gptj'])('is not reported for %s', (architecture) => {
    expect(codes(modelOf(architecture, {}, ['direction.1']))).toEqual([]);
  });

  it.each(['adapter', 'mmproj', 'vocab', 'imatrix'])('is not reported for a file of type %s', (type) => {
    const metadata = [text('general.architecture', 'flux'), text('general.type', type), bool('flux.guidance', true)];
    expect(judge(modelWith(metadata, ['a.weight']))).toEqual([]);
  });
});

describe('shards', () => {
  const shard = (number: number, names: readonly string[], count = 2) =>
    modelWith(
      [
        text('general.architecture', 'llama'),
        u32('llama.block_count', 2),
        { key: 'split.no', type: 'u16', value: number },
        { key: 'split.count', type: 'u16', value: count },
      ],
      names,
    );
  const around = (...models: (Model | null)[]): Surroundings => ({
    fileName: 'm-00001-of-00002.gguf',
    neighbors: models.map((model, i) => ({ fileName: `m-0000${i + 2}-of-00002.gguf`, model })),
    looked: true,
  });
  const all = llama(2);
  const [first, second] = [all.slice(0, 9), all.slice(9)];

  it('are judged together, by the first one', () => {
    expect(codes(shard(0, first), around(shard(1, second)))).toEqual([]);
    expect(codes(shard(0, first), around(shard(1, second.slice(1))))).toEqual(['missing-tensors']);
    expect(codes(shard(0, first), around(shard(1, [...second, 'blk.2.attn_q.weight'])))).toEqual(['surplus-tensors']);
    expect(codes(shard(1, second), around(shard(0, first)))).toEqual([]);
  });

  it('are not judged where one is missing, duplicated or unreadable', () => {
    expect(codes(shard(0, first))).toEqual([]);
    expect(codes(shard(0, first), around(null))).toEqual([]);
    expect(codes(shard(0, first), around(shard(0, first)))).toEqual([]);
    expect(codes(shard(0, first, 3), around(shard(2, second, 3)))).toEqual([]);
    expect(codes(shard(0, first, 65_535), around(shard(1, second)))).toEqual([]);
  });

  it('may have no tensors in the first one', () => {
    expect(codes(shard(0, []), around(shard(1, all)))).toEqual([]);
    expect(codes(shard(0, []), around(shard(1, all.slice(1))))).toEqual(['missing-tensors']);
  });
});

describe('foldNames', () => {
  it.each([
    [[], []],
    [['output.weight'], ['output.weight']],
    [['blk.3.attn_q.weight'], ['blk.3.attn_q.weight']],
    [
      ['blk.3.attn_q.weight', 'blk.3.attn_k.weight', 'blk.5.attn_q.weight', 'blk.6.attn_q.weight'],
      ['blk.{3,5..6}.attn_q.weight', 'blk.3.attn_k.weight'],
    ],
  ])('%j', (names, folded) => {
    expect(foldNames(names)).toEqual(folded);
  });
});
