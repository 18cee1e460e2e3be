/** What the numbers of chosen rows of tensors look like: read from the opened model for the report of `tensor`. */

import type { BlockSource } from '../../bytes/blocks.js';
import type { GgufFile } from '../../gguf/decode.js';
import type { FoldedTensor } from '../../model/fold.js';
import type { Model, ModelTensor } from '../../model/model.js';
import { exactValues } from '../../quants/exact-values.js';
import { explainBlock } from '../../quants/explain-block.js';
import type { OpenedBlock, ReadNumbers, ReadSlice } from '../../report/tensor-values.js';
import type { NotScannedReason, ValueStatistics } from '../../report/values-schema.js';
import { allBlocks, portionsOf } from '../../weights/portions.js';
import { rowNumbers } from '../../weights/row-numbers.js';
import { type SliceRange, slicedBlocks } from '../../weights/slice.js';
import { type ValueTensor, valueTensors } from '../../weights/value-tensors.js';
import { progressOf } from '../progress.js';
import { built } from '../scan-weights.js';

/** Numbers at the start of a tensor that are shown. */
const FIRST = 8;

/** Bytes of the data of rows, as far as it is known. */
export function bytesOfRows(rows: readonly FoldedTensor[]): number {
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Reads the numbers of each row, one row after the other, with a bar. */
export async function lookAtRows(
  model: Model,
  rows: readonly FoldedTensor[],
  source: BlockSource,
): Promise<ReadNumbers[]> {
  const indices = new Map(model.tensors.map((tensor, index) => [tensor, index]));
  // Each tensor is read twice.
  const progress = progressOf(2 * bytesOfRows(rows));
  const read: ReadNumbers[] = [];
  let done = 0;
  try {
    for (const row of rows) {
      const onProgress = (bytes: number) => progress.at(done + bytes);
      read.push(await lookAtRow(model.file, row, indices, { source, onProgress }));
      done += 2 * row.bytes;
    }
  } finally {
    progress.stop();
  }
  return read;
}

async function lookAtRow(
  file: GgufFile,
  { members }: FoldedTensor,
  indices: ReadonlyMap<ModelTensor, number>,
  { source, onProgress }: { source: BlockSource; onProgress: (bytes: number) => void },
): Promise<ReadNumbers> {
  const indexOf = (member: number) => indices.get(members[member] as ModelTensor) as number;
  const { tensors, left } = valueTensors({ ...file, tensors: members }, null);
  const { each, all, histogram } = await rowNumbers(tensors, source, {
    kernels: built('./value-kernels.wasm'),
    onProgress,
  });
  const statistics = new Map<number, ValueStatistics>();
  const missing = new Map<number, NotScannedReason>([...left].map(([member, why]) => [indexOf(member), why]));
  let bytes = 0;
  for (const [i, { index, rows, rowBytes }] of tensors.entries()) {
    const own = each[i];
    if (own) {
      statistics.set(indexOf(index), own);
      bytes += rows * rowBytes;
    } else missing.set(indexOf(index), 'data-missing');
  }
  const first = tensors.find((_, i) => each[i]);
  return {
    ...{ statistics, left: missing, bytes, all, histogram },
    ...(first === undefined
      ? { first: null, block: null }
      : await openStart(first, members[first.index] as ModelTensor, source)),
  };
}

/** The first numbers of a tensor, and its first block taken apart. */
async function openStart(
  stored: ValueTensor,
  tensor: ModelTensor,
  source: BlockSource,
): Promise<Pick<ReadNumbers, 'first' | 'block'>> {
  const { type, littleEndian } = stored.form;
  const blocks = Math.min(Math.ceil(FIRST / type.blockElements), allBlocks(stored).blocks);
  for await (const bytes of portionsOf(stored, source, { first: 0, blocks })) {
    const values = exactValues(type, bytes, littleEndian) ?? [];
    const explained = explainBlock(type, bytes, littleEndian);
    const offset = tensor.shard?.offset ?? tensor.fileOffset;
    const block: OpenedBlock | null =
      explained === undefined
        ? null
        : { tensor: tensor.name, offset, bytes: bytes.subarray(0, type.blockBytes), ...explained };
    return { first: { tensor: tensor.name, values: values.slice(0, FIRST) }, block };
  }
  return { first: null, block: null };
}

/** The numbers of a slice, as they are. */
export async function readSliceOf(
  stored: ValueTensor | null,
  { name, dimensions }: Pick<ModelTensor, 'name' | 'dimensions'>,
  ranges: readonly SliceRange[],
  source: BlockSource,
): Promise<ReadSlice> {
  const values: (number | bigint)[] = [];
  if (stored !== null) {
    const { type, littleEndian } = stored.form;
    for await (const { bytes, from, to } of slicedBlocks(stored, dimensions, ranges, source)) {
      for (const value of (exactValues(type, bytes, littleEndian) ?? []).slice(from, to)) values.push(value);
    }
  }
  return { tensor: name, ranges, values };
}
