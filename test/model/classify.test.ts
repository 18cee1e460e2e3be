import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGguf } from '../../src/index.js';
import { classify } from '../../src/model/classify.js';
import { parseTensorName } from '../../src/model/tensor-name.js';
import { ROLES, type RoleId } from '../../src/words/roles.js';
import { factsIn, WRITTEN_BY_LLAMA_CPP } from '../support/reference.js';
import { numbered, readTensorRoles } from './tensor-roles.js';

interface Fact {
  name: string;
  op?: string;
}

function facts(): Fact[] {
  const { tensorNames } = factsIn<{ tensorNames: string[] }>('new-in-v0.5.json');
  return [...factsIn<{ tensors: Fact[] }>('tensor-names.json').tensors, ...tensorNames.map((name) => ({ name }))];
}

/** Tensors whose operation in llama.cpp's loader table differs from the operation that its graphs use. */
const OTHER_OPERATION: Record<string, string> = {
  // The table says `mul`; build_kda_layer reshapes the weight to two dimensions and calls ggml_ssm_conv.
  'blk.{bid}.ssm_conv1d_q': 'ssm_conv',
  'blk.{bid}.ssm_conv1d_k': 'ssm_conv',
  'blk.{bid}.ssm_conv1d_v': 'ssm_conv',
  // The table has one name for both versions of the same operation.
  'blk.{bid}.time_mix_first': 'rwkv_wkv',
};

describe('classify', () => {
  it('gives the names of tensor-roles.txt the roles that they are listed under', () => {
    const rows = readTensorRoles();
    const found = rows.map(({ name }) => {
      const { role, of } = classify(numbered(name));
      return { role, of, name };
    });
    expect(found).toEqual(rows);
  });

  it('gives the same role whatever the layer, and with the part spelled out', () => {
    for (const { name, role } of readTensorRoles()) {
      // A number that tells a filter from a norm is not a layer.
      if (name.includes('.neck.')) continue;
      const last = numbered(name, 127);
      expect([last, classify(last).role]).toEqual([last, role]);
      if (parseTensorName(last).part !== '' || name.endsWith('}')) continue;
      expect([name, classify(`${last}.weight`).role]).toEqual([name, role]);
    }
  });

  it.each([
    ['blk.31.attn_q.weight', { component: 'text', trunk: 'blk', layer: 31, module: 'attn_q', part: 'weight' }],
    ['blk.0.ssm_a', { component: 'text', trunk: 'blk', layer: 0, module: 'ssm_a', part: '' }],
    ['output_norm.weight', { component: 'text', trunk: '', layer: null, module: 'output_norm', part: 'weight' }],
    ['blk.2.ffn_up.5.weight', { layer: 2, module: 'ffn_up.{xid}', expert: 5, role: 'expert-up' }],
    ['enc.blk.1.attn_o.weight', { component: 'encoder', trunk: 'enc.blk', layer: 1, role: 'attention-output' }],
    ['dec.output_norm.weight', { component: 'decoder', layer: null, role: 'output-norm' }],
    ['v.blk.3.attn_q.weight', { component: 'vision', layer: 3, role: 'attention-query' }],
    ['v.blk.3.7.attn.key.norm.weight', { component: 'vision', layer: 3, module: '{xid}.attn.key.norm' }],
    ['v.deepstack.5.fc1.weight', { component: 'projector', layer: 5, module: 'fc1' }],
    ['a.conv1d.1.norm.weight', { component: 'audio', layer: 1, module: 'conv1d.{bid}.norm' }],
    ['a.gen.wav.tfm.blk.4.attn_k.weight', { component: 'vocoder', trunk: 'a.gen.wav.tfm.blk', layer: 4 }],
    ['posnet.5.norm.bias', { component: 'vocoder', layer: 5, module: 'norm', role: 'bias', of: 'convolution-norm' }],
    ['mm.2.weight', { component: 'projector', layer: 2, module: '{bid}', role: 'projector-mlp' }],
    ['v.sam.neck.1.weight', { layer: null, module: 'neck.{xid}', role: 'convolution-norm' }],
    ['v.patch_embd.weight.1', { module: 'patch_embd.{xid}', part: 'weight', role: 'patch-embedding' }],
    [
      'blk.0.attn_q.weight.lora_a',
      { module: 'attn_q', part: 'lora_a', of: 'attention-query', pattern: 'blk.{}.attn_q.weight.lora_a' },
    ],
  ])('reads %s', (name, expected) => {
    expect(classify(name)).toMatchObject(expected);
  });

  it.each([
    'blk.007.attn_q.weight',
    'blk.-1.attn_q.weight',
    'blk.1e3.attn_q.weight',
    'blk.９.attn_q.weight',
    'blk.9007199254740993.attn_q.weight',
    'blk..attn_q.weight',
    'blk.attn_q.weight',
    '{}.blk.0.attn_q.weight',
    'blk.{}.attn_q.weight',
    'blk.0',
    'blk.0.weight',
    'blk.0.',
    'blk.0.token_embd.weight',
    'token_embd.0.weight',
    'v.blk.0.ssm_a',
    'Blk.0.attn_q.weight',
    'blk.0.attn_q .weight',
    'blk.0.attn_q.weights',
    'blk.0.attn_q_x.weight',
    '__proto__',
    'constructor.weight',
    'blk.0.toString.weight',
    'hasOwnProperty.blk.0',
    'weight',
    '.',
    '',
  ])('knows no role for %j', (name) => {
    expect(classify(name).role).toBe('unknown');
  });

  it('says that the bias, scale or factor of an unknown tensor belongs to an unknown tensor', () => {
    expect(classify('blk.0.nobody_knows.bias')).toMatchObject({ role: 'bias', of: 'unknown' });
    expect(classify('blk.0.nobody_knows.weight.lora_a')).toMatchObject({ role: 'adapter-lora-a', of: 'unknown' });
    expect(classify('blk.0.nobody_knows.scale')).toMatchObject({ role: 'unknown', of: null });
  });

  it('does not mistake a name with braces for a layer, in either order', () => {
    expect(classify('blk.{}.ffn_up.weight').layer).toBeNull();
    expect(classify('blk.3.ffn_up.weight')).toMatchObject({ layer: 3, role: 'feed-forward-up' });
    expect(classify('blk.{}.ffn_up.weight')).toMatchObject({ layer: null, role: 'unknown' });
  });

  it('keeps a huge name whole', () => {
    const huge = `blk.0.${'attn_q.'.repeat(100_000)}weight`;
    expect(classify(huge)).toMatchObject({ role: 'unknown', layer: null, pattern: huge, module: huge });
  });

  const word = fc.oneof(
    fc.constantFrom(
      'blk',
      'v',
      'a',
      'mm',
      'enc',
      'layers',
      'h',
      'attn_q',
      'ffn_up',
      'experts',
      'attn',
      'qkv',
      'norm',
      'weight',
    ),
    fc.constantFrom(
      'bias',
      'lora_a',
      'lora_A',
      'scale',
      '{}',
      '__proto__',
      'constructor',
      'in_proj_weight',
      'gamma',
      'beta',
    ),
    fc.nat({ max: 130 }).map(String),
    fc.constantFrom('00', '99999999999999999999', '', ' ', 'toString'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const names = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => words.join('.')),
  );

  it('accepts any string, and its pattern with the layer gives the name back', () => {
    fc.assert(
      fc.property(names, (name) => {
        const { pattern, layer, role, of } = classify(name);
        expect(layer === null ? pattern : pattern.replace('{}', String(layer))).toBe(name);
        expect(Object.hasOwn(ROLES, role)).toBe(true);
        expect(of === null || Object.hasOwn(ROLES, of)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps no memory that changes an answer', () => {
    fc.assert(
      fc.property(names, names, (first, second) => {
        const fresh = parseTensorName(second);
        classify(first);
        expect(classify(second)).toMatchObject(fresh);
      }),
      { numRuns: 500 },
    );
  });
});

describe('classify, against llama.cpp', () => {
  it('knows every name that llama.cpp writes, with its part and without', () => {
    const unknown = facts()
      .flatMap(({ name }) => [numbered(name), `${numbered(name)}.weight`])
      .filter((name) => classify(name).role === 'unknown');
    expect(unknown).toEqual([]);
  });

  it('has all of them in tensor-roles.txt', () => {
    const listed = new Set(readTensorRoles().map(({ name }) => name));
    expect(facts().filter(({ name }) => !listed.has(name))).toEqual([]);
  });

  it('agrees with the operations of the loader', () => {
    const wrong = facts()
      .filter(({ op }) => op !== undefined)
      .map(({ name, op }) => {
        const { role } = classify(numbered(name));
        return { name, role, row: ROLES[role].operation, loader: OTHER_OPERATION[name] ?? op };
      })
      .filter(({ row, loader }) => row !== loader);
    expect(wrong).toEqual([]);
  });

  it('knows every tensor of the models that it wrote, and has a name for each of its dimensions', async () => {
    const wrong: object[] = [];
    for (const path of WRITTEN_BY_LLAMA_CPP) {
      for (const { name, dimensions } of (await readGguf(path)).tensors) {
        const { role } = classify(name);
        const { axes }: { axes: readonly string[] } = ROLES[role as RoleId];
        if (role === 'unknown' || axes.length < dimensions.length)
          wrong.push({ file: basename(path), name, role, dimensions });
      }
    }
    expect(wrong).toEqual([]);
  });
});
