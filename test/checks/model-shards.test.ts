/** Sets of shards: the findings about a single shard, and about all shards together. */

import { describe, expect, it } from 'vitest';
import { NO_SURROUNDINGS, type Surroundings } from '../../src/checks/surroundings.js';
import type { Model } from '../../src/model/model.js';
import { shardOf } from '../../src/model/shard-keys.js';
import { readShardName, shardName } from '../../src/words/shard-names.js';
import { SOUND } from '../support/fixtures/flawed-model.js';
import { type Description, type Entry, tensor } from '../support/gguf-writer.js';
import { codesIn, judgeModel, modelOf } from './surroundings.js';

const [FIRST, SECOND] = SOUND.shards;
const NAMES = ['set-00001-of-00002.gguf', 'set-00002-of-00002.gguf'];

/** Both files as a set; null for a file that exists and cannot be read. */
function around(no: number, other: Model | null): Surroundings {
  const neighbors = [{ fileName: NAMES[1 - no] as string, model: other }];
  return { fileName: NAMES[no] as string, neighbors, looked: true };
}

const codes = (content: Description, surroundings: Surroundings) => codesIn(judgeModel(modelOf(content), surroundings));

function withKey(description: Description, key: string, entry: Entry | null): Description {
  const metadata = description.metadata!.flatMap((old) =>
    'key' in old && old.key === key ? (entry === null ? [] : [entry]) : [old],
  );
  return { ...description, metadata };
}

describe('a sound set', () => {
  it('has no finding in either shard', () => {
    expect(codes(FIRST, around(0, modelOf(SECOND)))).toEqual([]);
    expect(codes(SECOND, around(1, modelOf(FIRST)))).toEqual([]);
  });

  it('of which only one shard was given leads to a warning', () => {
    expect(codes(FIRST, NO_SURROUNDINGS)).toEqual(['shard-alone']);
    expect(codes(SECOND, NO_SURROUNDINGS)).toEqual(['shard-alone']);
  });

  it('with an unreadable shard is not complete', () => {
    expect(codes(FIRST, around(0, null))).toEqual(['shard-missing']);
  });
});

describe('a shard', () => {
  it.each([
    { wrong: 'no number', key: 'split.no', entry: null },
    { wrong: 'no count of tensors', key: 'split.tensors.count', entry: null },
    { wrong: 'a number in 32 bits', key: 'split.no', entry: { key: 'split.no', type: 'u32', value: 0 } },
    { wrong: 'a count as i64', key: 'split.count', entry: { key: 'split.count', type: 'i64', value: 2n } },
  ] as { wrong: string; key: string; entry: Entry | null }[])('with $wrong is refused', ({ key, entry }) => {
    expect(codes(withKey(FIRST, key, entry), around(0, modelOf(SECOND)))).toContain('shard-keys-wrong');
  });

  it('numbered from 1 is refused', () => {
    const counted = withKey(SECOND, 'split.no', { key: 'split.no', type: 'u16', value: 2 });
    expect(codes(counted, around(1, modelOf(FIRST)))).toEqual(['shard-keys-wrong', 'shard-name-disagrees']);
  });

  it('needs no metadata except its number', () => {
    const bare = { ...SECOND, metadata: SECOND.metadata!.slice(0, 1) };
    expect(codes(bare, around(1, modelOf(FIRST)))).toEqual([]);
  });

  it('has tensors that agree with the numbers of the first shard', () => {
    const tensors = SECOND.tensors!.map((item) =>
      item.name === 'output_norm.weight' ? tensor('output_norm.weight', [4]) : item,
    );
    expect(codes({ ...SECOND, tensors }, around(1, modelOf(FIRST)))).toEqual(['shape-disagrees']);
    expect(codes({ ...SECOND, tensors }, around(1, null))).toEqual(['shard-missing']);
  });
});

describe('two shards that are named as one set', () => {
  it('cannot both be the same one', () => {
    expect(codes(FIRST, around(0, modelOf(FIRST)))).toContain('shards-mixed');
  });

  it('cannot be a shard and a whole model', () => {
    expect(codes(FIRST, around(0, modelOf(SOUND.llama)))).toContain('shards-mixed');
  });

  it('must hold the promised total of tensors together', () => {
    const short = { ...SECOND, tensors: SECOND.tensors!.slice(1) };
    expect(codes(FIRST, around(0, modelOf(short)))).toContain('shard-tensor-total');
  });
});

describe('the name of a shard', () => {
  it.each([
    { name: 'a-00002-of-00005.gguf', is: { stem: 'a', no: 1, count: 5, extension: '.gguf' } },
    { name: 'b/a-00002-of-00005.GGUF', is: { stem: 'b/a', no: 1, count: 5, extension: '.GGUF' } },
    { name: 'a\n-00002-of-00005.gguf', is: { stem: 'a\n', no: 1, count: 5, extension: '.gguf' } },
    {
      name: 'a-b-00001-of-00001-00003-of-00003.gguf',
      is: { stem: 'a-b-00001-of-00001', no: 2, count: 3, extension: '.gguf' },
    },
    { name: 'a-2-of-5.gguf', is: null },
    { name: 'a-00002-of-00005.bin', is: null },
    { name: '', is: null },
  ])('$name', ({ name, is }) => {
    expect(readShardName(name)).toEqual(is);
    if (is !== null) expect(shardName(is.stem, is.no, is.count, is.extension)).toBe(name);
  });

  it('does not decide what is in the file', () => {
    expect(shardOf(modelOf(SOUND.llama))).toBeNull();
    expect(codes(SOUND.llama, { fileName: NAMES[0] as string, neighbors: [], looked: true })).toEqual([]);
  });
});
