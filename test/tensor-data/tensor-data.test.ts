/** The description of a tensor's data: its position, also in split models, and the checks for missing data before it is read. */

import { describe, expect, it } from 'vitest';
import { joinShards } from '../../src/gguf/shard-set.js';
import { memoryBlocks } from '../../src/io/memory-source.js';
import { compareTensors } from '../../src/model/compare-tensors.js';
import { interpret } from '../../src/model/model.js';
import { comparablePairs } from '../../src/report/diff-values.js';
import { compareValues } from '../../src/tensor-data/compare-values.js';
import { readRows } from '../../src/tensor-data/read-blocks.js';
import { inOwnFile, isReadable, tensorDataOf, wholeTensors } from '../../src/tensor-data/tensor-data.js';
import { tensor, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';
import { splitModel } from '../support/split-model.js';

const rows = Float32Array.from({ length: 4 * 32 }, (_, i) => i);
const item = (name: string) => ({ ...tensor(name, [32, 4]), data: new Uint8Array(rows.buffer) });
const whole = writeGguf({ tensors: [item('a'), item('b')] });

describe('the data of a tensor', () => {
  it('is found in its file, row by row', async () => {
    const file = read(whole);
    const data = tensorDataOf(file, file.tensors[1]!);
    if (!isReadable(data)) throw new Error('it cannot be read');
    expect(data).toMatchObject({ rows: 4, rowLength: 32, rowBytes: 128, bytes: 512, end: whole.length });
    const target = new Uint8Array(2 * 128);
    expect(await readRows(data, memoryBlocks(whole), 1, target)).toBe(target.length);
    expect([...new Float32Array(target.buffer)]).toEqual([...rows.subarray(32, 96)]);
  });

  it('of a split model is found among all files and in its own, and is missing where its own file ends too soon', async () => {
    const shards = await splitModel(whole, 'm', 2);
    const read2 = (bytes: Uint8Array[]) => {
      const files = bytes.map((content, i) => ({
        ...{ fileName: shards[i]?.fileName as string, number: i + 1, file: read(content) },
      }));
      return joinShards(files, { count: 2, surplus: [] });
    };
    const [first, second] = shards.map(({ bytes }) => bytes) as [Buffer, Buffer];
    const joined = read2([first, second]);
    const data = tensorDataOf(joined, joined.tensors[1]!);
    expect(data).toMatchObject({ unreadable: undefined, shard: { number: 2 }, end: first.length + second.length });
    expect(inOwnFile(data).position + first.length).toBe(data.position);
    // The second file has spare bytes, so that both files together would have enough.
    const cut = read2([first.subarray(0, first.length - 100), Buffer.concat([second, Buffer.alloc(4096)])]);
    expect(cut.tensors.map((one) => tensorDataOf(cut, one).unreadable)).toEqual(['data-missing', undefined]);
    expect(() => wholeTensors(cut)).toThrow(expect.objectContaining({ code: 'truncated' }));
  });

  it('that overlaps others too often is not compared', async () => {
    const model = interpret(read(whole));
    const [one] = model.tensors;
    const many = Array.from({ length: 50 }, (_, i) => ({ ...one!, name: `t.${i}` }));
    const side = { file: model.file, blocks: memoryBlocks(whole), forwards: false };
    const pairs = comparablePairs(compareTensors(many, many));
    const found = await compareValues(side, side, pairs);
    expect(found).toMatchObject({ complete: true, bytes: 0 });
    expect([...found.left.values()]).toEqual(many.map(() => 'overlapping'));
  });
});
