/**
 * The tensor that scores the next tokens: one answer for the page, the flow, the memory and the computation, whatever the file leaves out.
 */

import { describe, expect, it } from 'vitest';
import { flowParts } from '../../src/flow/parts.js';
import { type TokenStep, tokenSteps } from '../../src/flow/token-steps.js';
import { tracedModel } from '../../src/inference/computed-model.js';
import { computeBuffers } from '../../src/memory/compute-buffers.js';
import { placedWeights } from '../../src/memory/loaded-weights.js';
import { interpret, type Model } from '../../src/model/model.js';
import { outputOf, scoreCount } from '../../src/model/output-kind.js';
import { bool, type Entry, f32, tensor, text, u32, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';

const WIDTH = 8;
const ROWS = 16;

/** A model of one layer, without a vocabulary. */
function modelOf(architecture: string, entries: readonly Entry[], ends: readonly string[]): Model {
  const own = (key: string) => `${architecture}.${key}`;
  const metadata = [
    text('general.architecture', architecture),
    ...(['context_length', 'embedding_length', 'feed_forward_length'] as const).map((key) => u32(own(key), WIDTH)),
    ...[
      u32(own('block_count'), 1),
      u32(own('attention.head_count'), 2),
      f32(own('attention.layer_norm_rms_epsilon'), 1e-5),
    ],
    ...entries,
  ];
  const layer = ['attn_norm', 'attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_norm', 'ffn_up', 'ffn_down'];
  const shape = (name: string) =>
    name.endsWith('norm') ? [WIDTH] : name.startsWith('blk') ? [WIDTH, WIDTH] : [WIDTH, ROWS];
  const names = ['token_embd', ...layer.map((name) => `blk.0.${name}`), ...ends];
  return interpret(read(writeGguf({ metadata, tensors: names.map((name) => tensor(`${name}.weight`, shape(name))) })));
}

const pooling = (architecture: string, value: number) => u32(`${architecture}.pooling_type`, value);
const causal = (architecture: string, value: boolean) => bool(`${architecture}.attention.causal`, value);

const CASES: readonly [string, Model, kind: 'own' | 'tied' | 'none'][] = [
  ['a matrix of its own', modelOf('llama', [], ['output_norm', 'output']), 'own'],
  ['no matrix of its own', modelOf('llama', [], ['output_norm']), 'tied'],
  ['pooling_type 0', modelOf('llama', [pooling('llama', 0)], ['output_norm']), 'tied'],
  ['pooling_type -1', modelOf('llama', [pooling('llama', 0xffff_ffff)], ['output_norm']), 'tied'],
  ['a command-r that does not pool', modelOf('command-r', [pooling('command-r', 0)], ['output_norm']), 'tied'],
  ['a model that takes the last vector', modelOf('qwen3', [pooling('qwen3', 3)], ['output_norm']), 'none'],
  ['attention to later tokens', modelOf('llama', [causal('llama', false)], ['output_norm']), 'none'],
  ['a diffusion model', modelOf('dream', [causal('dream', false)], ['output_norm']), 'tied'],
  ['an encoder that says nothing', modelOf('bert', [], []), 'none'],
  ['an encoder with a last norm', modelOf('modern-bert', [], ['output_norm']), 'none'],
  ['norms without weights', modelOf('olmo', [], []), 'tied'],
  ['a file that ends after the layers', modelOf('llama', [], []), 'none'],
];

describe.each(CASES)('the output of %s', (_, model, kind) => {
  const scores = kind === 'none' ? 0 : ROWS;

  it('is known to the model', () => {
    expect(outputOf(model).kind).toBe(kind);
    expect(outputOf(model).tensor?.name).toBe(
      { own: 'output.weight', tied: 'token_embd.weight', none: undefined }[kind],
    );
    expect(scoreCount(model)).toBe(scores);
  });

  it('is the same on the page and in the flow', () => {
    const steps = tokenSteps(model);
    expect(steps.find(({ step }) => step === 'output')?.size).toBe(scores || undefined);
    const { fills, ...result } = steps.at(-1) as TokenStep;
    expect(result).toEqual({ step: 'result', size: scores === 0 ? WIDTH : 1 });
    // Diffusion models fill masked positions and do not continue the text.
    expect(fills).toBe(model.hyperparameters.architecture === 'dream' || undefined);
    const boxes = flowParts(model).flatMap(({ steps }) =>
      steps.flatMap((one) => (one.step === 'box' ? [one.box] : [])),
    );
    const output = boxes.find((box) => box.kind === 'output');
    expect(output?.facts.some((fact) => fact.includes('used a second time'))).toBe(
      kind === 'tied' ? true : kind === 'own' ? false : undefined,
    );
  });

  it('is the same in memory', () => {
    expect(placedWeights(model).tiedBytes).toBe(kind === 'tied' ? WIDTH * ROWS * 4 : 0);
    expect(computeBuffers(model)).not.toBeNull();
  });
});

describe('a computation', () => {
  it('scores with the matrix that the model has, or with none', () => {
    for (const [, model, kind] of CASES) {
      const name = model.hyperparameters.architecture ?? '';
      if (!['llama', 'qwen3'].includes(name)) continue;
      const expected = { own: 'output.weight', tied: 'token_embd.weight', none: null }[kind];
      expect(tracedModel(model.file).output).toBe(expected);
    }
  });
});
