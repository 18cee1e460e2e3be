/**
 * The files of a split model as one: the metadata of the first shard, the tensors of all. Their bytes are counted through, as if the
 * files stood one behind the other, so that whoever reads tensor data needs not know of files; each tensor keeps the place in its own.
 */

import { endOfData } from './data-end.js';
import type { Tensor } from './data-layout.js';
import type { GgufFile, ShardFile, ShardSet } from './decode.js';

export type ReadShard = Omit<ShardFile, 'start'>;

/** Bytes that one file is given among the others at most, 8 TiB: so many of them are still counted exactly. */
const MOST_ROOM = 2 ** 43;

/** At least one shard, in the order of their numbers. Where the first one is missing the metadata is that of the next. */
export function joinShards(shards: readonly ReadShard[], names: Pick<ShardSet, 'count' | 'surplus'>): GgufFile {
  let start = 0;
  const files = shards.map((shard): ShardFile => {
    const placed = { ...shard, start };
    // A file that was cut short keeps the room that its tensors claim, so that no two of the set share a place.
    start += Math.min(MOST_ROOM, Math.max(shard.file.size ?? 0, endOfData(shard.file)));
    return placed;
  });
  const first = (files[0] as ShardFile).file;
  const sizes = files.map(({ file }) => file.size);
  return {
    ...first,
    tensors: files.flatMap(tensorsOf),
    headerBytes: files.reduce((sum, { file }) => sum + file.headerBytes, 0),
    // What is no tensor data, as it is of one file.
    dataStart: files.reduce((sum, { file }) => sum + file.dataStart, 0),
    size: sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined,
    findings: [],
    set: { ...names, files },
  };
}

function tensorsOf({ number, start, file }: ShardFile): Tensor[] {
  return file.tensors.map((tensor) => ({
    ...tensor,
    fileOffset: start + tensor.fileOffset,
    shard: { number, offset: tensor.fileOffset },
  }));
}
