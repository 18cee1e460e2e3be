/**
 * The files of a split model as one: the metadata of the first shard, the tensors of all. Their bytes are counted through, as if the
 * files stood one behind the other, so that whoever reads tensor data needs not know of files; each tensor keeps the place in its own.
 */

import { boundedSum } from '../words/bounded-sum.js';
import { endOfData } from './data-end.js';
import type { Tensor } from './data-layout.js';
import type { GgufFile, ShardFile, ShardSet } from './decode.js';
import { GgufError } from './error.js';
import { MAX_ELEMENTS } from './limits.js';

export type ReadShard = Omit<ShardFile, 'start'>;

/** Bytes that one file is given among the others at most, 4 TiB: places in the last of 1,024 are still counted exactly. */
const MOST_ROOM = 2 ** 42;

/**
 * At least one shard, in the order of their numbers. Where the first one is missing the metadata is that of the next. Throws GgufError
 * where all of them together claim more than one file may (`MAX_ELEMENTS`).
 */
export function joinShards(shards: readonly ReadShard[], names: Pick<ShardSet, 'count' | 'surplus'>): GgufFile {
  let elements = 0;
  let start = 0;
  const files = shards.map((shard): ShardFile => {
    elements += shard.file.tensors.reduce((sum, tensor) => sum + tensor.elements, 0);
    if (elements > MAX_ELEMENTS) throw tooManyElements(shard, elements);
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
