/** Splits a model into shards as llama-gguf-split does: all metadata in the first, three `split.*` keys in each, tensors in their order. */

import { readGguf } from '../../src/index.js';
import { shardName } from '../../src/words/shard-names.js';
import { type Entry, type TensorItem, writeGguf } from './gguf-writer.js';

export interface WrittenShard {
  fileName: string;
  bytes: Buffer;
}

/** Makes `count` files with about the same number of tensors each. */
export async function splitModel(model: Buffer, stem: string, count: number): Promise<WrittenShard[]> {
  const { metadata, tensors } = await readGguf(model);
  const entries = metadata.map(({ offset, byteLength }) => model.subarray(offset, offset + byteLength));
  const each = Math.ceil(tensors.length / count);
  return Array.from({ length: count }, (_, no): WrittenShard => {
    const split: Entry[] = [
      { key: 'split.no', type: 'u16', value: no },
      { key: 'split.count', type: 'u16', value: count },
      { key: 'split.tensors.count', type: 'i32', value: tensors.length },
    ];
    const own = tensors.slice(no * each, (no + 1) * each).map((tensor): TensorItem => {
      const { name, dimensions, typeId, type, fileOffset, bytes } = tensor;
      const data = model.subarray(fileOffset, fileOffset + (bytes as number));
      return { name, dimensions, type: type?.name ?? typeId, data };
    });
    const bytes = writeGguf({ metadata: [...(no === 0 ? entries : []), ...split], tensors: own });
    return { fileName: shardName(stem, no, count), bytes };
  });
}
