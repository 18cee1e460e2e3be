/** Each demand of a policy, passing and failing. */

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Finding, type FindingKind, findingOf } from '../../src/gguf/finding.js';
import { interpret } from '../../src/model/model.js';
import { ALL_FINDINGS, type FindingCode } from '../../src/policy/all-findings.js';
import { applyRuleLevels } from '../../src/policy/judge-policy.js';
import { parsePolicy } from '../../src/policy/read-policy.js';
import { ALL_VALUE_TYPES } from '../support/fixtures/valid-format.js';
import { bool, type Entry, f32, list, tensor, text, u32, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';
import { codes, judge, modelOf, modelOfFixture } from './judging.js';

const tiny = modelOfFixture('tiny-stories-Q4_K_M.gguf');
const withEntries = (...metadata: Entry[]) => modelOf({ metadata });

describe('demands that the bundled model meets', () => {
  it.each([
    'description: nothing is demanded',
    'architectures: [qwen3, llama]',
    'file-types: [Q4_K_M]',
    'types: {default: [Q4_K, Q6_K, F32]}',
    'types: {default: [Q8_0], text: [Q4_K, Q6_K, F32]}',
    'types: {text: [Q8_0], attention: [Q4_K, Q6_K], normalization: [F32], embedding: [Q4_K], output: [Q6_K], feed-forward: {at-least: Q4_K}}',
    'types: {default: {at-least: Q4_K}, output: {at-least: Q6_K}}',
    'types: {vision: [F32]}',
    'bits-per-weight: {min: 4.98, max: 4.99}',
    'size: {min: 912KiB, max: 934272}',
    'parameters: {min: 1.4M, max: 1.5M}',
    'memory: {max: 1040KiB, context: 128}',
    'memory: {max: 1040KiB}',
    'context: {min: 128, max: 128}',
    'licenses: [MIT]',
    'metadata: {require: [general.name], forbid: [general.source.*]}',
    'metadata: {values: {general.author: {equals: me, optional: true}}}',
    'chat-template: {max-bytes: 1}',
    'chat-template: {required: false, max-bytes: 1}',
    'tensors: {require: ["blk.*.attn_q.weight", output.weight], forbid: ["*.bias"]}',
  ])('%s', (demands) => {
    expect(codes(demands, tiny)).toEqual([]);
  });
});

describe('types', () => {
  const found = (demands: string) =>
    judge(demands, tiny).map(({ facts, place }) => [facts.demand, facts.type, facts.count, place.tensor]);

  it('are reported once for each demand and type, at the first tensor', () => {
    expect(found('types: {default: [Q4_K]}').sort()).toEqual([
      ['types.default', 'F32', 5, 'output_norm.weight'],
      ['types.default', 'Q6_K', 3, 'output.weight'],
    ]);
  });

  it('obey only the nearest entry: the role before the group, the component and the default', () => {
    const demands =
      'types: {default: [Q8_0], text: [Q8_0], attention: [F32], attention-value: [Q4_K, Q6_K], normalization: [F32], output: [Q6_K]}';
    expect(
      found(demands)
        .map(([demand, type]) => `${demand} ${type}`)
        .sort(),
    ).toEqual(['types.attention Q4_K', 'types.text Q4_K', 'types.text Q6_K']);
  });

  it('pass with at least the bits of the least allowed type, and fail with fewer', () => {
    expect(found('types: {attention-value: {at-least: Q6_K}}')).toEqual([
      ['types.attention-value.at-least', 'Q4_K', 1, 'blk.0.attn_v.weight'],
    ]);
  });

  it('that are unknown are not allowed, and their bits cannot be judged', () => {
    const strange = modelOf({
      tensors: [{ name: 'output.weight', dimensions: [32, 2], type: 999, data: new Uint8Array(64) }],
    });
    expect(codes('types: {default: [F32]}', strange)).toEqual(['policy-type']);
    expect(codes('types: {default: {at-least: Q2_K}}', strange)).toEqual(['policy-not-judged']);
    expect(codes('bits-per-weight: {max: 99}', strange)).toEqual(['policy-not-judged']);
    expect(codes('memory: {max: 1GiB, context: 1}', strange)).toEqual(['policy-not-judged']);
  });
});

describe('amounts', () => {
  it.each([
    ['bits-per-weight: {min: 5}', 'policy-bits-per-weight', { found: '4.9804', bound: 'min', limit: '5' }],
    ['size: {max: 934271}', 'policy-size', { found: 934_272, bound: 'max', limit: 934_271 }],
    ['size: {min: 1MiB}', 'policy-size', { found: 934_272, bound: 'min', limit: 1_048_576 }],
    ['parameters: {max: 1M}', 'policy-parameters', { found: 1_472_256, bound: 'max', limit: 1_000_000 }],
    ['context: {max: 64}', 'policy-context', { found: 128, bound: 'max', limit: 64 }],
  ])('%s', (demands, code, facts) => {
    expect(judge(demands, tiny)).toMatchObject([{ code, facts }]);
  });

  it('that the file does not state lead to a finding', () => {
    const bare = withEntries(text('general.architecture', 'llama'));
    expect(codes('context: {min: 1}', bare)).toEqual(['policy-not-judged']);
    expect(codes('memory: {max: 1TiB}', bare)).toEqual(['policy-not-judged']);
    expect(codes('bits-per-weight: {max: 99}', bare)).toEqual(['policy-not-judged']);
    expect(codes('types: {default: [F32]}\nparameters: {max: 0}', bare)).toEqual([]);
  });

  it('of a file that ends early are those of the whole file', () => {
    const bytes = writeGguf({ tensors: [tensor('output.weight', [1024, 1024], 'F32')] });
    const cut = interpret(read(bytes.subarray(0, 4096)));
    expect(judge('size: {max: 4MiB}', cut)).toMatchObject([{ code: 'policy-size', facts: { found: bytes.length } }]);
    expect(codes('size: {max: 5MiB}', cut)).toEqual([]);
  });
});

describe('memory', () => {
  it('is that of the weights and of the cache, for the given context and type', () => {
    const weights = tiny.tensors.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    // 2 layers × 2 heads × (32 + 32) numbers for each token, and room for tokens in steps of 256.
    const numbers = 2 * 2 * 64;
    const found = (words: string) => judge(`memory: {max: 1, ${words}}`, tiny)[0]?.facts;
    expect(found('context: 1000')).toMatchObject({
      found: weights + 1024 * numbers * 2,
      cacheType: 'F16',
      context: 1000,
    });
    expect(found('context: 1000, kv-type: q8_0')).toMatchObject({ weights, cache: (1024 * numbers * 34) / 32 });
    expect(found('kv-type: F32')).toMatchObject({ cache: 256 * numbers * 4, context: 128 });
  });
});

describe('licenses', () => {
  const allowed = (license: string, ...more: Entry[]) =>
    codes(
      'licenses: [MIT, Apache-2.0, GPL-2.0 with Classpath-exception-2.0, llama3]',
      withEntries(text('general.license', license), ...more),
    );

  it.each([
    'mit',
    'MIT',
    ' apache-2.0 ',
    'gpl-3.0 OR mit',
    'mit AND apache-2.0',
    '(gpl-3.0 or mit) and (apache-2.0)',
    'gpl-3.0 and x or mit',
    'GPL-2.0 WITH Classpath-exception-2.0 AND MIT',
  ])('%j is allowed', (license) => {
    expect(allowed(license)).toEqual([]);
  });

  it.each([
    '',
    'gpl-3.0',
    'mitx',
    'gpl-3.0 AND mit',
    'mit AND',
    'mit OR',
    'OR mit',
    'mit apache-2.0',
    '(mit',
    'mit)',
    'gpl-2.0',
    'mit with an-exception',
    '('.repeat(300),
    'other',
  ])('%j is not', (license) => {
    expect(allowed(license)).toEqual(['policy-license']);
  });

  it('without an SPDX name are judged by the name beside them', () => {
    expect(allowed('other', text('general.license.name', 'Llama3'))).toEqual([]);
    expect(allowed('other', text('general.license.name', 'my-own'))).toEqual(['policy-license']);
    expect(allowed('gpl-3.0', text('general.license.name', 'mit'))).toEqual(['policy-license']);
  });

  it('that are not text are not allowed', () => {
    expect(codes('licenses: [mit]', withEntries(list('general.license', 'string', ['mit'])))).toEqual([
      'policy-license',
    ]);
  });
});

describe('metadata.values', () => {
  const values = modelOf({ metadata: ALL_VALUE_TYPES });
  const verdict = (key: string, demand: string) => codes(`metadata: {values: {${key}: {${demand}}}}`, values);

  it.each([
    ['u8.most', 'equals: 255'],
    ['u64.most', 'equals: "18446744073709551615"'],
    ['u64.beyond_2_53', 'one-of: [1, "9007199254740993"]'],
    ['u64.beyond_2_53', 'min: 9007199254740991'],
    ['i64.least', 'max: 0'],
    ['f32.most', 'equals: 3.4028234e+38'],
    ['f32.infinity', 'min: 1e308'],
    ['bool.true', 'equals: true'],
    ['string.empty', 'equals: ""'],
    ['string.empty', 'matches: "^$"'],
    ['array.of_string', 'equals: ["", one, zwei]'],
    ['array.of_string', 'one-of: [one, zwei, drei, ""]'],
    ['array.of_string', 'matches: "^[a-z]*$"'],
    ['array.of_u64', 'equals: [0, "18446744073709551615"]'],
    ['array.of_i8', 'min: -128, max: 127'],
    ['array.empty', 'equals: []'],
    ['f32.negative_zero', 'equals: 0'],
  ])('%s is as %s demands', (key, demand) => {
    expect(verdict(key, demand)).toEqual([]);
  });

  it.each([
    ['u8.most', 'equals: 254'],
    ['u8.most', 'equals: "255"'],
    ['u8.most', 'equals: [255]'],
    ['u8.most', 'matches: "255"'],
    ['u64.most', 'equals: "18446744073709551614"'],
    ['u64.beyond_2_53', 'max: 9007199254740991'],
    ['f32.nan', 'min: 0'],
    ['f32.nan', 'max: 0'],
    ['bool.true', 'equals: 1'],
    ['bool.true', 'min: 0'],
    ['string.empty', 'matches: "."'],
    ['string.empty', 'equals: false'],
    ['array.of_string', 'equals: ["", one]'],
    ['array.of_string', 'equals: [one, "", zwei]'],
    ['array.of_string', 'one-of: [one, zwei]'],
    ['array.of_string', 'matches: "."'],
    ['array.of_i8', 'min: -127'],
    ['array.of_f32', 'max: 1'],
    ['array.of_u8', 'equals: 0'],
  ])('%s is not as %s demands', (key, demand) => {
    expect(verdict(key, demand)).toEqual(['policy-metadata-value']);
  });

  it('compare a 32-bit float with the nearest one', () => {
    const model = withEntries(
      f32('a.tenth', 0.1),
      list('a.tenths', 'f32', [0.1, 0.2]),
      bool('a.flag', true),
      u32('a.one', 1),
    );
    const demands =
      'metadata: {values: {a.tenth: {equals: 0.1, min: 0.1, max: 0.1}, a.tenths: {equals: [0.1, 0.2], max: 0.2}}}';
    expect(codes(demands, model)).toEqual([]);
    expect(judge('metadata: {values: {a.tenth: {equals: 0.2}}}', model)[0]?.facts).toMatchObject({
      found: '0.1',
      expected: '0.2',
    });
  });

  it('report the first failure of each kind, with key and position', () => {
    const [finding] = judge('metadata: {values: {llama.block_count: {one-of: [4, 8]}}}', tiny);
    expect(finding).toMatchObject({
      code: 'policy-metadata-value',
      place: { key: 'llama.block_count', offset: expect.any(Number) },
      facts: { found: '2', expected: 'one of 4, 8' },
    });
  });

  it('stop an expression that takes too long', () => {
    const model = withEntries(text('general.name', `${'a'.repeat(5000)}!`));
    expect(codes('metadata: {values: {general.name: {matches: "^(a+)+$"}}}', model)).toEqual(['policy-not-judged']);
  });

  it('cannot judge values that were not kept whole', () => {
    const model = withEntries(text('general.description', 'a'.repeat(300_000)));
    expect(codes('metadata: {values: {general.description: {matches: a}}}', model)).toEqual(['policy-not-judged']);
  });
});

describe('chat-template', () => {
  const template = '{{ messages[0].content }}';
  const digest = createHash('sha256').update(template).digest('hex');
  const model = (...entries: Entry[]) => withEntries(text('tokenizer.chat_template', template), ...entries);

  it('is identified by its digest', () => {
    expect(codes(`chat-template: {sha256: ${digest}}`, model())).toEqual([]);
    expect(codes(`chat-template: {sha256: [${'f'.repeat(64)}, ${digest.toUpperCase()}]}`, model())).toEqual([]);
    expect(codes(`chat-template: {sha256: ${'f'.repeat(64)}}`, model())).toEqual(['policy-chat-template']);
  });

  it('must exist where its digest is given, unless the policy says otherwise', () => {
    expect(codes(`chat-template: {sha256: ${digest}}`, tiny)).toEqual(['policy-chat-template']);
    expect(codes(`chat-template: {sha256: ${digest}, required: false}`, tiny)).toEqual([]);
  });

  it('must not be accompanied by unknown ones', () => {
    const other = model(text('tokenizer.chat_template.tool_use', '{{ evil }}'));
    expect(judge(`chat-template: {sha256: ${digest}}`, other)).toMatchObject([
      { code: 'policy-chat-template', place: { key: 'tokenizer.chat_template.tool_use' } },
    ]);
  });

  it('is measured in bytes', () => {
    const euro = withEntries(text('tokenizer.chat_template', '€€'));
    expect(codes('chat-template: {max-bytes: 6}', euro)).toEqual([]);
    expect(codes('chat-template: {max-bytes: 5}', euro)).toEqual(['policy-chat-template']);
  });

  it('that is too long to be kept is measured, but its digest cannot be judged', () => {
    const long = withEntries(text('tokenizer.chat_template', 'a'.repeat(300_000)));
    expect(codes('chat-template: {max-bytes: 400KiB}', long)).toEqual([]);
    expect(codes('chat-template: {max-bytes: 200KiB}', long)).toEqual(['policy-chat-template']);
    expect(codes(`chat-template: {sha256: ${digest}}`, long)).toEqual(['policy-not-judged']);
  });

  it('with bytes that are not text is not the one that it looks like', () => {
    const look = '\uFFFD';
    const same = createHash('sha256').update(look).digest('hex');
    const broken = withEntries(text('tokenizer.chat_template', Uint8Array.of(0xff)));
    expect(codes(`chat-template: {sha256: ${same}}`, broken)).toEqual(['policy-not-judged']);
    expect(codes(`chat-template: {sha256: ${same}}`, withEntries(text('tokenizer.chat_template', look)))).toEqual([]);
  });

  it('must be a text', () => {
    expect(codes('chat-template: {required: true}', withEntries(u32('tokenizer.chat_template', 1)))).toEqual([
      'policy-chat-template',
    ]);
  });
});

describe('a model in several files', () => {
  const shard = (place: number, entries: Entry[] = []) =>
    modelOf({
      metadata: [
        ...entries,
        { key: 'split.no', type: 'u16', value: place },
        { key: 'split.count', type: 'u16', value: 2 },
      ],
      tensors: [tensor(`blk.${place}.attn_q.weight`, [32, 32], place === 0 ? 'F16' : 'Q8_0')],
    });
  const first = shard(0, [text('general.architecture', 'llama'), text('general.license', 'mit')]);
  const second = shard(1);
  const around = (fileName: string, ...others: [string, typeof first | null][]) => ({
    fileName,
    neighbors: others.map(([name, model]) => ({ fileName: name, model })),
    looked: true,
  });

  it('is judged as a whole, from any of its files', () => {
    const demands =
      'licenses: [mit]\nparameters: {min: 2048, max: 2048}\ntensors: {require: [blk.0.*, blk.1.*]}\ntypes: {default: [F16]}';
    for (const [model, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const findings = judge(demands, model, around('a', ['b', other]));
      expect(findings.map(({ code, place }) => [code, place])).toEqual([
        ['policy-type', { tensor: 'blk.1.attn_q.weight' }],
      ]);
    }
  });

  it('counts the bytes of all files', () => {
    const bytes = (first.file.size ?? 0) + (second.file.size ?? 0);
    expect(judge(`size: {max: ${bytes}}`, second, around('a', ['b', first]))).toEqual([]);
    expect(judge(`size: {max: ${bytes - 1}}`, second, around('a', ['b', first]))).toMatchObject([
      { facts: { found: bytes } },
    ]);
  });

  it('does not pass while files are missing', () => {
    expect(codes('licenses: [mit]', first)).toEqual(['policy-not-judged']);
    expect(judge('licenses: [mit]', first, around('a', ['b', null]))[0]?.code).toBe('policy-not-judged');
    expect(judge('licenses: [mit]', first, around('a', ['b', first]))[0]?.code).toBe('policy-not-judged');
  });
});

function someFinding(code: FindingCode): Finding {
  return findingOf(ALL_FINDINGS.get(code) as FindingKind, { place: {} });
}

describe('rules', () => {
  const findings = (['label-disagrees', 'data-absent', 'policy-size', 'duplicate-key'] as const).map(someFinding);

  it('switch findings off and give them another level', () => {
    const policy = parsePolicy(
      'version: 1\nrules: {label-disagrees: error, data-absent: off, policy-size: warning}',
      'p',
    );
    expect(applyRuleLevels(policy, findings)).toEqual([
      { ...findings[0], level: 'error' },
      { ...findings[2], level: 'warning' },
      findings[3],
    ]);
  });

  it('apply to unread texts in the same way as to texts that were read', () => {
    const unread = (['text-not-checked', 'template-too-long'] as const).map(someFinding);
    const levels = (rules: string) =>
      applyRuleLevels(parsePolicy(`version: 1\nrules: {${rules}}`, 'p'), unread).map(({ level }) => level);
    expect(levels('template-reach: error')).toEqual(['error', 'error']);
    expect(levels('template-reach: error, text-not-checked: advice')).toEqual(['advice', 'error']);
    expect(levels('template-reach: error, template-too-long: off')).toEqual(['error']);
    expect(levels('label-disagrees: error, template-reach: off')).toEqual(['warning', 'warning']);
  });

  it('leave everything else unchanged', () => {
    expect(applyRuleLevels(parsePolicy('version: 1', 'p'), findings)).toEqual(findings);
  });
});
