/**
 * Joins the files of a split model: the metadata of the first shard, the tensors of all. Positions are counted as if the files were
 * concatenated, so that code reading tensor data needs no knowledge of files; each tensor also keeps its position in its own file.
 */

import { boundedSum } from '../words/bounded-sum.js';
import { endOfData } from './data-end.js';
import type { Tensor } from './data-layout.js';
import type { GgufFile, ShardFile, ShardSet } from './decode.js';
import { GgufError } from './error.js';
import { MAX_ELEMENTS } from './limits.js';

export type ReadShard = Omit<ShardFile, 'start'>;

/** Maximum bytes reserved for one file, 4 TiB: positions in the last of 1,024 files are still exact. */
const MOST_ROOM = 2 ** 42;

/**
 * Joins at least one shard, in the order of their numbers. If the first one is missing, the metadata is that of the next. Throws GgufError
 * if all of them together claim more than one file may (`MAX_ELEMENTS`).
 */
export function joinShards(shards: readonly ReadShard[], names: Pick<ShardSet, 'count' | 'surplus'>): GgufFile {
  let elements = 0;
  let start = 0;
  const files = shards.map((shard): ShardFile => {
    elements += shard.file.tensors.reduce((sum, tensor) => sum + tensor.elements, 0);
    if (elements > MAX_ELEMENTS) throw tooManyElements(shard, elements);
    const placed = { ...shard, start };
    // A truncated file keeps the space that its tensors claim, so that no two files overlap.
    start += Math.min(MOST_ROOM, Math.max(shard.file.size ?? 0, endOfData(shard.file)));
    return placed;
  });
  const first = (files[0] as ShardFile).file;
  const sizes = files.map(({ file }) => file.size);
  return {
    ...first,
    tensors: files.flatMap(tensorsOf),
    headerBytes: files.reduce((sum, { file }) => sum + file.headerBytes, 0),
    // The total bytes that are not tensor data, as in a single file.
    dataStart: files.reduce((sum, { file }) => sum + file.dataStart, 0),
    size: sizes.every((size) => size !== undefined) ? boundedSum(sizes) : undefined,
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

function tooManyElements({ fileName }: ReadShard, elements: number): GgufError {
  return new GgufError({
    code: 'number-too-large',
    offset: 0,
    section: 'tensor infos',
    entry: `the tensors of the files up to ${fileName}`,
    expected: `at most ${MAX_ELEMENTS} elements in all tensors of the files`,
    found: String(elements),
  });
}
