/** The rules about the model: each flawed file has exactly the findings of its name, and sound files have none. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FLAWED_MODEL, SOUND } from '../support/fixtures/flawed-model.js';
import { VALID_MODELS } from '../support/fixtures/valid-models.js';
import { WRITTEN_BY_LLAMA_CPP } from '../support/reference.js';
import { beside, codesIn, judgeModel, modelOf, shardsAround } from './surroundings.js';

/** Files that are wrong only beside a model; model-companions.test.ts tests them. */
const NEEDS_COMPANY = new Set([
  'projector-misfit',
  'adapter-misfit',
  'control-vector-misfit',
  'imatrix-misfit',
  'draft-vocabulary-differs',
]);

describe('flawed models', () => {
  const alone = FLAWED_MODEL.filter(({ findings }) => !NEEDS_COMPANY.has(findings[0] as string));

  it.each(alone)('$name', (fixture) => {
    const findings = judgeModel(modelOf(fixture.bytes), shardsAround(fixture, FLAWED_MODEL));
    expect(codesIn(findings)).toEqual([...fixture.findings].sort());
  });

  it('are reported with a place, and with facts for all blanks of the words', () => {
    for (const fixture of FLAWED_MODEL) {
      for (const { code, place, facts, says, hint = '' } of judgeModel(
        modelOf(fixture.bytes),
        shardsAround(fixture, FLAWED_MODEL),
      )) {
        expect(place.key ?? place.tensor, code).toBeTypeOf('string');
        const blanks = [...`${says} ${hint}`.matchAll(/\{(\w+)/g)].map(([, name]) => name as string);
        expect(Object.keys(facts), code).toEqual(expect.arrayContaining(blanks));
      }
    }
  });
});

describe('sound models', () => {
  it('have no finding', () => {
    expect(judgeModel(modelOf(SOUND.llama))).toEqual([]);
    expect(judgeModel(modelOf(SOUND.projector))).toEqual([]);
    expect(judgeModel(modelOf(SOUND.adapter))).toEqual([]);
  });

  it.each(VALID_MODELS)('$name has no finding of level error', ({ bytes }) => {
    const errors = judgeModel(modelOf(bytes)).filter(({ level }) => level === 'error');
    expect(errors).toEqual([]);
  });

  it('that llama.cpp wrote have no finding of level error', () => {
    const wrong = WRITTEN_BY_LLAMA_CPP.flatMap((path) =>
      judgeModel(modelOf(readFileSync(path)))
        .filter(({ level }) => level === 'error')
        .map(({ code, place }) => `${basename(path)}: ${code} ${place.tensor ?? place.key}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the shape of a tensor', () => {
  it.each([
    {
      name: 'shape-disagrees--query',
      tensor: 'blk.0.attn_q.weight',
      found: 4,
      expected: 8,
      key: 'attention.head_count',
    },
    {
      name: 'shape-disagrees--key',
      tensor: 'blk.0.attn_k.weight',
      found: 8,
      expected: 4,
      key: 'attention.head_count_kv',
    },
    {
      name: 'shape-disagrees--norm',
      tensor: 'blk.0.ffn_norm.weight',
      found: 4,
      expected: 8,
      key: 'embedding_length',
    },
  ])('$name is reported with the place, the shape and the key', ({ name, tensor, found, expected, key }) => {
    const { bytes } = FLAWED_MODEL.find((fixture) => fixture.name === name)!;
    const [finding] = judgeModel(modelOf(bytes));
    expect(finding).toMatchObject({ place: { tensor }, facts: { found, expected, key: `llama.${key}` } });
  });

  it('is not judged in an architecture that llama.cpp does not know', () => {
    const { metadata, tensors } = SOUND.llama;
    const renamed = metadata!.map((entry) =>
      'key' in entry && entry.key === 'general.architecture' ? { ...entry, value: 'nobodys' } : entry,
    );
    expect(codesIn(judgeModel(modelOf({ metadata: renamed, tensors: tensors!.slice(1) })))).toEqual([
      'unknown-architecture',
    ]);
  });
});

describe('an adapter without an architecture', () => {
  it('is refused, whereas a model without one leads only to a warning', () => {
    const { bytes } = FLAWED_MODEL.find(({ name }) => name === 'no-architecture--adapter')!;
    expect(judgeModel(modelOf(bytes))).toMatchObject([{ code: 'no-architecture', level: 'error' }]);
    expect(beside(SOUND.llama).neighbors).toHaveLength(1);
  });
});
