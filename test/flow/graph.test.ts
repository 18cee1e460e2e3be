/** The required contents of the flow diagram of each architecture: parts, kinds of layers with their counts, boxes in their order. */

import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Box, Part, Stage } from '../../src/flow/graph.js';
import { flowParts } from '../../src/flow/parts.js';
import { readGguf } from '../../src/index.js';
import { interpret, type Model } from '../../src/model/model.js';
import { flowReport } from '../../src/report/flow-report.js';
import { FlowReportSchema } from '../../src/report/flow-schema.js';
import { modelOf } from '../memory/model-of.js';
import { READABLE, WHOLE } from '../report/reports.js';
import { tensor, text, writeGguf } from '../support/gguf-writer.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { read as readHeader } from '../support/reading.js';
import { HEADERS } from '../support/reference.js';

const read = async (path: string): Promise<Model> => interpret(await readGguf(path));

const boxesOf = ({ before, lanes, join: joined, after }: Stage): Box[] => [
  ...before,
  ...lanes.flat(),
  ...joined,
  ...after,
];

/** A layer as a line: lanes side by side in brackets, `+` where the result is added to the vector. */
function stageWords({ before, lanes, join: joined, add, after }: Stage): string {
  const chain = (boxes: readonly Box[]) => boxes.map(({ kind }) => kind).join(' ');
  const beside = lanes.length > 1 ? `[${lanes.map(chain).join(' | ')}]` : chain(lanes.flat());
  return [chain(before), beside, chain(joined), add ? '+' : '', chain(after)].filter(Boolean).join(' ');
}

/** The parts of a model, each as lines. */
function sketch(parts: readonly Part[]): Record<string, string[]> {
  return Object.fromEntries(
    parts.map(({ part, steps }) => [
      part,
      steps.map((step) =>
        step.step === 'box'
          ? step.box.kind
          : `${step.title} ×${step.repeat}: ${step.stages.map(stageWords).join(', ')}`,
      ),
    ]),
  );
}

const DENSE = 'norm attention +, norm feed-forward +';
const EXPERTS = 'norm attention +, norm experts +';
const plain = (layer: string, layers = 'layers 0–1 ×2') => ({
  text: ['input', 'embedding', `${layers}: ${layer}`, 'output-norm', 'output', 'result'],
});
const several = (...layers: string[]) => ({
  text: ['input', 'embedding', ...layers, 'output-norm', 'output', 'result'],
});
const withRotation = (layer: string, layers = 'layers 0–1 ×2') => ({
  text: ['input', 'embedding', 'rotation', `${layers}: ${layer}`, 'output-norm', 'output', 'result'],
});
const withClasses = (layer: string) => ({
  text: ['input', 'embedding', `layers 0–1 ×2: ${layer}`, 'output-norm', 'output', 'pooling', 'result'],
});
const SHARED = '[experts | shared-experts]';

/** By the header in fixtures/headers. */
const EXPECTED: Readonly<Record<string, Record<string, string[]>>> = {
  'bailingmoe3-moe': several(`layer 0 ×1: ${DENSE}`, `layer 1 ×1: norm linear-attention +, norm ${SHARED} +`),
  'bloom-dense': {
    text: ['input', 'embedding', 'embedding-norm', `layers 0–1 ×2: ${DENSE}`, 'output-norm', 'output', 'result'],
  },
  'codeshell-dense': plain(DENSE),
  'command-r-dense': plain('norm [attention | feed-forward] +'),
  'deepseek2-moe': several(`layer 0 ×1: ${DENSE}`, `layer 1 ×1: norm attention +, norm ${SHARED} +`),
  'exaone-dense': withRotation(DENSE),
  'falcon-dense': plain('[norm attention | norm feed-forward] +'),
  'gemma2-dense': several(
    'layer 0 ×1: norm attention norm +, norm feed-forward norm +',
    'layer 1 ×1: norm attention norm +, norm feed-forward norm +',
  ),
  'gpt-oss-moe': several(`layer 0 ×1: ${EXPERTS}`, `layer 1 ×1: ${EXPERTS}`),
  'gpt2-dense': {
    text: ['input', 'embedding', 'position', `layers 0–1 ×2: ${DENSE}`, 'output-norm', 'output', 'result'],
  },
  'granite-dense': withRotation(DENSE),
  'internlm2-dense': plain(DENSE),
  'jais-dense': plain(DENSE),
  'lfm2-dense': several(`layer 0 ×1: ${DENSE}`, 'layer 1 ×1: norm short-convolution +, norm feed-forward +'),
  'lfm2moe-moe': several(`layer 0 ×1: ${DENSE}`, 'layer 1 ×1: norm short-convolution +, norm experts +'),
  'llada-moe-moe': plain(EXPERTS),
  'llama-dense': withRotation(DENSE),
  'llama-moe': withRotation(EXPERTS),
  'mamba-dense': plain('norm state-space +'),
  'mamba2-dense': plain('norm state-space +'),
  'nanbeige-dense': withRotation(DENSE),
  'nemotron_h-dense': several(
    'layer 0 ×1: norm attention +',
    'layer 1 ×1: norm state-space +',
    'layer 2 ×1: norm feed-forward +',
  ),
  'phi3-dense': withRotation(DENSE),
  'qwen-dense': plain(DENSE),
  'qwen2-dense': plain(DENSE),
  'qwen3-dense': withClasses(DENSE),
  'qwen3moe-moe': plain(EXPERTS),
  'qwen3next-moe': several(
    `layer 0 ×1: norm linear-attention +, norm ${SHARED} +`,
    `layer 1 ×1: norm attention +, norm ${SHARED} +`,
  ),
  'qwen3vl-dense': withClasses(DENSE),
  'qwen3vlmoe-moe': plain(EXPERTS),
  'refact-moe': withRotation(EXPERTS),
  'seed_oss-dense': plain(DENSE),
  'sparse-8b': withRotation(DENSE, 'layers 0–31 ×32'),
  'sparse-mixtral': plain(EXPERTS, 'layers 0–31 ×32'),
  'stablelm-dense': plain(DENSE),
  'starcoder2-dense': plain(DENSE),
  'talkie-dense': {
    text: ['input', 'embedding', 'layers 0–1 ×2: attention +, feed-forward + layer-end', 'output', 'result'],
  },
};

describe('the headers of many architectures', () => {
  it('are all in the table', () => {
    expect(HEADERS.map((path) => basename(path, '.gguf')).filter((name) => !(name in EXPECTED))).toEqual([]);
  });

  it.each(HEADERS.map((path) => ({ name: basename(path, '.gguf'), path })))('$name', async ({ name, path }) => {
    expect(sketch(flowParts(await read(path)))).toEqual(EXPECTED[name]);
  });
});

/** The facts of the first box of a kind. */
async function factsOf(fixture: string, kind: string): Promise<string[]> {
  const parts = flowParts(await read(join(FIXTURES_FOLDER, `${fixture}.gguf`)));
  const steps = parts.flatMap((part) => part.steps);
  const boxes = steps.flatMap((step) => (step.step === 'box' ? [step.box] : step.stages.flatMap(boxesOf)));
  return boxes.find((box) => box.kind === kind)?.facts ?? [];
}

describe('the fixtures', () => {
  const GEMMA = 'norm attention norm +, norm feed-forward norm +, per-layer + layer-end';
  it.each([
    { fixture: 'llama', expected: plain(DENSE) },
    { fixture: 'mixtral', expected: plain(EXPERTS) },
    { fixture: 'mamba', expected: plain('norm state-space +') },
    {
      fixture: 'deepseek2',
      expected: several(`layer 0 ×1: ${DENSE}`, `layer 1 ×1: norm attention +, norm ${SHARED} +`),
    },
    {
      fixture: 'bert',
      expected: {
        text: [
          ...['input', 'embedding', 'token-types', 'position', 'embedding-norm'],
          ...['layers 0–1 ×2: attention + norm, feed-forward + layer-end', 'result'],
        ],
      },
    },
    {
      fixture: 'gemma4',
      expected: {
        text: [
          ...['input', 'embedding', 'per-layer-embedding', 'rotation'],
          ...[`layers 0–1 ×2: ${GEMMA}`, `layer 2 ×1: ${GEMMA}`, 'output-norm', 'output', 'result'],
        ],
      },
    },
    {
      fixture: 'clip',
      expected: {
        vision: ['input', 'patches', 'position', 'embedding-norm', `layer 0 ×1: ${DENSE}`, 'result'],
        projector: ['input', 'mm 0, 2 ×2: projector', 'result'],
      },
    },
    {
      fixture: 'image-model',
      expected: {
        diffusion: [
          ...['input', 'patches', 'condition', 'double_blocks 0 ×1: modulation attention +, feed-forward +'],
          ...['single_blocks 0 ×1: attention +', 'media-output', 'result'],
        ],
      },
    },
    { fixture: 'lora-adapter', expected: { adapter: ['input', 'layers 0–1 ×2: attention', 'result'] } },
    { fixture: 'hostile-text', expected: { 'not-known': ['not-known'] } },
    { fixture: 'vocabulary-only', expected: {} },
  ])('$fixture', async ({ fixture, expected }) => {
    expect(sketch(flowParts(await read(join(FIXTURES_FOLDER, 'valid', `${fixture}.gguf`))))).toEqual(expected);
  });

  it('show what the heads, windows and experts are', async () => {
    expect(await factsOf('tiny-stories-Q4_K_M', 'attention')).toEqual([
      '8 heads of 32',
      'keys and values of 2 heads, each for 4 query heads',
    ]);
    expect(await factsOf('valid/gemma4', 'attention')).toContain('looks back 16 tokens (sliding window)');
    expect(await factsOf('valid/mixtral', 'experts')).toEqual(['2 of 4 experts work on each token']);
    expect(await factsOf('valid/mamba', 'output')).toContain('the matrix is the token embedding, used a second time');
    expect(await factsOf('valid/deepseek2', 'attention')).toContain(
      'keys and values unfold from 36 numbers for each token',
    );
  });
});

const layer = (number: number, ...modules: string[]) => modules.map((module) => `blk.${number}.${module}.weight`);
const ATTENTION = ['attn_norm', 'attn_q', 'attn_k', 'attn_v', 'attn_output'];
const NETWORK = ['ffn_norm', 'ffn_gate', 'ffn_up', 'ffn_down'];
const ENDS = ['token_embd.weight', 'output_norm.weight', 'output.weight'];

describe('designs without a file', () => {
  const flowOf = (architecture: string, tensors: readonly string[], numbers = {}) =>
    sketch(flowParts(modelOf(architecture, numbers, tensors)));

  it('T5: an encoder, and a decoder with cross-attention', () => {
    const stack = (name: string, modules: readonly string[]) =>
      modules.map((module) => `${name}.blk.0.${module}.weight`);
    const own = ['attn_norm', 'attn_q', 'attn_k', 'attn_v', 'attn_o', 'attn_rel_b'];
    const cross = ['cross_attn_norm', 'cross_attn_q', 'cross_attn_k', 'cross_attn_v', 'cross_attn_o'];
    const network = ['ffn_norm', 'ffn_gate', 'ffn_up', 'ffn_down'];
    const flow = flowOf('t5', [
      ...['token_embd.weight', 'output.weight', 'enc.output_norm.weight', 'dec.output_norm.weight'],
      ...stack('enc', [...own, ...network]),
      ...stack('dec', [...own, ...cross, ...network]),
    ]);
    expect(flow).toEqual({
      encoder: ['input', 'embedding', `layer 0 ×1: ${DENSE}`, 'output-norm', 'result'],
      decoder: [
        ...['input', 'embedding', 'layer 0 ×1: norm attention +, norm cross-attention +, norm feed-forward +'],
        ...['output-norm', 'output', 'result'],
      ],
    });
  });

  it('RWKV: time mixing and channel mixing, each after a norm', () => {
    const mixing = ['attn_norm', 'time_mix_key', 'time_mix_receptance', 'time_mix_output', 'attn_norm_2'];
    const flow = flowOf('rwkv6', [...ENDS, ...layer(0, ...mixing, 'channel_mix_key', 'channel_mix_value')]);
    expect(flow.text).toContain('layer 0 ×1: norm time-mixing +, norm channel-mixing +');
  });

  it('layers that predict further tokens are separate', () => {
    const flow = flowOf('deepseek2', [
      ...ENDS,
      ...layer(0, ...ATTENTION, ...NETWORK),
      ...layer(1, ...ATTENTION, ...NETWORK, 'nextn.eh_proj', 'nextn.enorm', 'nextn.hnorm', 'nextn.shared_head_norm'),
    ]);
    expect(flow.text).toContain(`layer 0 ×1: ${DENSE}`);
    expect(flow['next-token-prediction']).toEqual([
      'input',
      'layer 1 ×1: merge norm attention +, norm feed-forward + output-norm',
      'result',
    ]);
  });

  it('dense layers before experts, and full attention every fourth layer', () => {
    const experts = ['ffn_norm', 'ffn_gate_inp', 'ffn_gate_exps', 'ffn_up_exps', 'ffn_down_exps'];
    const recurrent = ['attn_norm', 'ssm_in', 'ssm_conv1d', 'ssm_out'];
    const layers = Array.from({ length: 8 }, (_, i) =>
      layer(i, ...(i % 4 === 3 ? ATTENTION : recurrent), ...(i < 2 ? NETWORK : experts)),
    );
    expect(flowOf('jamba', [...ENDS, ...layers.flat()]).text?.slice(2, -3)).toEqual([
      'layers 0–1 ×2: norm state-space +, norm feed-forward +',
      'layers 2, 4–6 ×4: norm state-space +, norm experts +',
      `layers 3, 7 ×2: ${EXPERTS}`,
    ]);
  });

  it('attention and a state space side by side, a dense network and experts side by side', () => {
    const both = layer(0, ...ATTENTION, 'ssm_in', 'ssm_out', ...NETWORK);
    expect(flowOf('falcon-h1', [...ENDS, ...both]).text).toContain(
      'layer 0 ×1: norm [attention | state-space] +, norm feed-forward +',
    );
    const twice = [
      ...['ffn_norm', 'ffn_up', 'ffn_down', 'post_ffw_norm_1', 'pre_ffw_norm_2', 'ffn_gate_inp', 'ffn_up_exps'],
      ...['ffn_down_exps', 'post_ffw_norm_2', 'post_ffw_norm', 'post_attention_norm'],
    ];
    expect(flowOf('gemma4', [...ENDS, ...layer(0, ...ATTENTION, ...twice)]).text).toContain(
      'layer 0 ×1: norm attention norm +, norm [feed-forward norm | norm experts norm] norm +',
    );
  });

  it('the second norm of designs that call it post-attention norm', () => {
    const modules = [...ATTENTION, 'post_attention_norm', 'ffn_gate', 'ffn_up', 'ffn_down'];
    expect(flowOf('seed_oss', [...ENDS, ...layer(0, ...modules)]).text).toContain(`layer 0 ×1: ${DENSE}`);
    const after = [
      'attn_q',
      'attn_k',
      'attn_v',
      'attn_output',
      'post_attention_norm',
      'ffn_up',
      'ffn_down',
      'post_ffw_norm',
    ];
    expect(flowOf('olmo2', [...ENDS, ...layer(0, ...after)]).text).toContain(
      'layer 0 ×1: attention norm +, feed-forward norm +',
    );
  });
});

/** The first box of a kind in a model of one layer with these tensors: name and dimensions. */
function boxOf(kind: string, tensors: Readonly<Record<string, readonly number[]>>): Box | undefined {
  const metadata = [text('general.architecture', 'phi3')];
  const items = Object.entries(tensors).map(([name, dimensions]) => tensor(`blk.0.${name}.weight`, [...dimensions]));
  const steps = flowParts(interpret(readHeader(writeGguf({ metadata, tensors: items })))).flatMap((part) => part.steps);
  const boxes = steps.flatMap((step) => (step.step === 'box' ? [step.box] : step.stages.flatMap(boxesOf)));
  return boxes.find((box) => box.kind === kind);
}

it('attention: its output matrix after those of queries, keys and values, small vectors last', () => {
  const square = [32, 32];
  const modules = { attn_q_norm: [32], attn_output: square, attn_qkv: [32, 96], attn_q_a: square, attn_q_b: square };
  const names = boxOf('attention', modules)?.tensors.map(({ name }) => name.split('.')[2]);
  expect(names).toEqual(['attn_qkv', 'attn_q_a', 'attn_q_b', 'attn_output', 'attn_q_norm']);
});

describe('a feed-forward network', () => {
  it.each([
    [{ ffn_up: [32, 64], ffn_down: [64, 32] }, 'widens 32 to 64, and back'],
    [{ ffn_gate: [32, 64], ffn_up: [32, 64], ffn_down: [64, 32] }, 'widens 32 to 64, with a gate, and back'],
    [{ ffn_up: [32, 128], ffn_down: [64, 32] }, 'widens 32 to 64, with a gate in the same matrix, and back'],
    [{ ffn_up: [32, 24], ffn_down: [24, 32] }, 'narrows 32 to 24, and back'],
    [{ ffn_up: [32, 32], ffn_down: [32, 32] }, 'takes 32 to 32, and back'],
  ])('of %j', (tensors, fact) => expect(boxOf('feed-forward', tensors)?.facts).toEqual([fact]));
});

describe('every file', () => {
  it('has each of its tensors in exactly one box, and sums that agree', async () => {
    const wrong: string[] = [];
    for (const path of [...READABLE, ...HEADERS].filter((one) => WHOLE.includes(one) || HEADERS.includes(one))) {
      const model = await read(path);
      const steps = flowParts(model).flatMap(({ steps: all }) => all);
      const boxes = steps.flatMap((step) => (step.step === 'box' ? [step.box] : step.stages.flatMap(boxesOf)));
      const sum = (of: (box: Box) => number) => boxes.reduce((all, box) => all + of(box), 0);
      const tensors = sum((box) => box.tensors.reduce((all, row) => all + row.count, 0));
      const parameters = model.tensors.reduce((all, { elements }) => all + elements, 0);
      if (tensors !== model.tensors.length || sum((box) => box.parameters) !== parameters) wrong.push(basename(path));
      if (new Set(boxes.map(({ id }) => id)).size !== boxes.length) wrong.push(`${basename(path)}: ids`);
      const { error } = FlowReportSchema.safeParse(JSON.parse(JSON.stringify(flowReport(basename(path), model))));
      if (error !== undefined) wrong.push(`${basename(path)}: ${error.message.slice(0, 200)}`);
    }
    expect(wrong).toEqual([]);
  });

  it('names all its tensors once', async () => {
    const model = await read(join(FIXTURES_FOLDER, 'valid', 'mixtral.gguf'));
    const names = JSON.stringify(flowReport('model', model).parts);
    for (const { name } of model.tensors.filter(({ classified }) => classified.layer === null)) {
      expect(names.split(JSON.stringify(name)).length - 1, name).toBe(1);
    }
  });
});
