/** Models and prompts that cannot be computed: each ends soon, with a sentence and a code, and without a crash. */

import { describe, expect, it } from 'vitest';
import { TraceError } from '../../src/inference/inference-error.js';
import { runAll } from '../cli/batch.js';
import { type Description, u32 } from '../support/gguf-writer.js';
import { computed, withFile } from './compute.js';
import { numbersOf, SIZES, tinyModel, weights } from './tiny-model.js';

const codeOf = (description: Description, ids: readonly number[] = [1, 2, 3]) =>
  computed(description, ids).then(
    () => 'computed',
    (error: unknown) => (error instanceof TraceError ? error.code : `not told: ${error}`),
  );

/** The model with a wrong number in its metadata. */
function withNumber(key: string, value: number, architecture = 'llama'): Description {
  const model = tinyModel(architecture);
  return { ...model, metadata: [u32(`${architecture}.${key}`, value), ...model.metadata] };
}

/** The model with tensors removed or replaced. */
function withTensor(name: string, replacement?: ReturnType<typeof weights>): Description {
  const model = tinyModel('llama');
  const others = model.tensors.filter((item) => item.name !== name);
  return { ...model, tensors: replacement === undefined ? others : [...others, replacement] };
}

describe('numbers of the metadata', () => {
  it.each([
    ['attention.head_count', 0],
    ['attention.head_count', 4_294_967_295],
    ['attention.head_count_kv', 0],
    ['attention.head_count_kv', 3],
    ['attention.key_length', 0],
    ['attention.key_length', 4_294_967_295],
    ['attention.value_length', 0],
    ['block_count', 0],
    ['block_count', 4_294_967_295],
    ['embedding_length', 0],
    ['embedding_length', 4_294_967_295],
    ['feed_forward_length', 4_294_967_295],
    ['rope.dimension_count', 3],
    ['rope.dimension_count', 4_294_967_295],
  ])('%s of %d', async (key, value) => {
    expect(['missing-number', 'wrong-shape', 'prompt-too-long']).toContain(await codeOf(withNumber(key, value)));
  });

  it.each([
    ['expert_count', 0],
    ['expert_count', 4_294_967_295],
    ['expert_used_count', 0],
    ['expert_used_count', 4],
  ])('%s of %d under qwen3moe', async (key, value) => {
    expect(await codeOf(withNumber(key, value, 'qwen3moe'))).toBe('missing-number');
  });

  it('are refused where all are missing', async () => {
    const { tensors } = tinyModel('llama');
    expect(await codeOf({ metadata: numbersOf('llama').slice(0, 1), tensors })).toBe('missing-number');
    expect(await codeOf({ tensors })).toBe('untraced-architecture');
  });
});

describe('tensors', () => {
  it.each([
    'token_embd.weight',
    'output_norm.weight',
    'blk.0.attn_norm.weight',
    'blk.1.attn_k.weight',
    'blk.1.ffn_down.weight',
  ])('without %s', async (name) => expect(await codeOf(withTensor(name))).toBe('missing-tensor'));

  it.each([
    ['blk.0.attn_q.weight', [8, 16]],
    ['blk.0.attn_q.weight', [16, 16, 2]],
    ['blk.0.attn_norm.weight', [17]],
    ['blk.1.ffn_up.weight', [24, 16]],
    ['token_embd.weight', [15, 40]],
    ['token_embd.weight', [16, 0]],
  ])('%s of %j', async (name, dimensions) => {
    expect(await codeOf(withTensor(name, weights(name, dimensions)))).toBe('wrong-shape');
  });

  it('are refused in a format that has no float form, and in an unknown one', async () => {
    const other = (type: string | number) => ({ name: 'blk.0.attn_q.weight', dimensions: [16, 16], type, data: 1024 });
    expect(await codeOf(withTensor('blk.0.attn_q.weight', other(9999)))).toBe('no-float-form');
    expect(await codeOf(withTensor('blk.0.attn_q.weight', other(4)))).toBe('no-float-form');
  });

  it('are refused without their data', async () => {
    const absent = { name: 'blk.1.attn_q.weight', dimensions: [16, 16], type: 'F32', data: 'absent' } as const;
    expect(await codeOf(withTensor('blk.1.attn_q.weight', absent))).toBe('data-missing');
  });

  it('of another layer may be missing where attention of layer 0 is requested', async () => {
    const [outcome] = await withFile(withTensor('blk.1.attn_k.weight'), (path) =>
      runAll([{ args: ['attention', path, '--tokens', '1,2,3'] }]),
    );
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
  });

  it('with NaN give no numbers, but still pages', async () => {
    const nan = weights('blk.0.attn_q.weight', [16, 16], new Float32Array(256).fill(Number.NaN));
    const outcomes = await withFile(withTensor('blk.0.attn_q.weight', nan), (path) =>
      runAll(
        ['attention', 'flow'].flatMap((command) => [
          { args: [command, path, '--tokens', '1,2,3'] },
          { args: [command, path, '--tokens', '1,2,3', '--json'] },
        ]),
      ),
    );
    expect(outcomes.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      outcomes.map(() => ({ code: 0, stderr: '' })),
    );
    expect(JSON.parse(outcomes[3]?.stdout ?? '').next[0].logit).toBeNull();
  });
});

describe('prompts', () => {
  it('are refused with no tokens, invalid tokens, or thousands of tokens', async () => {
    const model = tinyModel('llama');
    expect(await codeOf(model, [])).toBe('bad-token');
    expect(await codeOf(model, [SIZES.vocabulary])).toBe('bad-token');
    expect(await codeOf(model, new Array(5000).fill(1))).toBe('prompt-too-long');
    expect(await codeOf(tinyModel('gpt2'), new Array(17).fill(1))).toBe('prompt-too-long');
  });
});

describe('the command line', () => {
  const model = 'fixtures/tiny-stories-Q4_K_M.gguf';
  const cases: [words: string[], code: string][] = [
    [['attention', 'fixtures/valid/clip.gguf', '--tokens', '1'], 'untraced-architecture'],
    [['flow', 'fixtures/valid/no-metadata.gguf', '--tokens', '1'], 'untraced-architecture'],
    [['attention', model], 'bad-prompt'],
    [['attention', model, 'Hello', '--tokens', '1'], 'bad-prompt'],
    [['attention', model, '--tokens', '1,,2'], 'bad-tokens'],
    [['attention', model, '--tokens', '-1'], 'bad-tokens'],
    [['attention', model, '--tokens', '697'], 'bad-token'],
    [['attention', model, 'Hello', '--layer', '2'], 'no-layer'],
    [['attention', model, 'Hello', '--layer', '-1'], 'bad-number'],
    [['attention', model, 'Hello', '--head', '8'], 'no-head'],
    [['attention', '-', 'Hello'], 'stream'],
    [['flow', model, 'word '.repeat(3000)], 'prompt-too-long'],
  ];
  const outcomes = runAll(cases.map(([words]) => ({ args: [...words, '--json'] })));

  it.each(cases.map(([words, code], i) => ({ line: words.join(' ').slice(0, 60), code, i })))(
    '$line → $code',
    ({ code, i }) => {
      expect(outcomes[i]?.code).toBe(2);
      expect(JSON.parse(outcomes[i]?.stdout ?? '').error.code).toBe(code);
    },
  );
});
