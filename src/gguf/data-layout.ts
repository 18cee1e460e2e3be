/**
 * The fourth section (specification, "tensor_data"): where each tensor's bytes are and how many there are, computed only from the tensor
 * infos. The rule of llama.cpp's reader: tensors follow each other in the order of their infos, each padded to the alignment. checks/format
 * reports violations; reading does not stop.
 */

import { type TensorType, tensorBytes, tensorTypesById } from '../formats/tensor-types.js';
import type { TensorInfo } from './tensor-infos.js';

/** A tensor with its type looked up and its place in the file. */
export interface Tensor extends TensorInfo {
  /** The row of its type; undefined if no known program has used the id. */
  type: TensorType | undefined;
  /** Bytes of its data. If the type's size is unknown: all bytes up to the next tensor. Null if even that is unknown. */
  bytes: number | null;
  /** Whether `bytes` follows from the type, or is only an upper bound given by the next tensor. */
  bytesAre: 'exact' | 'bounded' | 'unknown';
  /** Offset of its data from the start of the file; in a split model, from the start of the first file as if all were concatenated. */
  fileOffset: number;
  /** In a split model: the number of its file, from 1, and the offset of its data in that file. */
  shard?: { number: number; offset: number };
}

export interface DataSection {
  alignment: number;
  /** Offset of the section in the file. */
  dataStart: number;
  /** Size of the file in bytes, if known. */
  size: number | undefined;
}

/** Looks up the type of each tensor and computes the position of its data. */
export function layOutData(infos: readonly TensorInfo[], section: DataSection): Tensor[] {
  // The space of the tensors is only needed for types that are unknown or have several meanings.
  let rooms: readonly (number | undefined)[] | undefined;
  const room = (index: number) => {
    rooms ??= roomBehindEach(infos, section);
    return rooms[index];
  };
  const types = chooseTypes(infos, room, section.alignment);
  return infos.map((info, i): Tensor => {
    const type = types.get(info.typeId);
    const fileOffset = section.dataStart + info.dataOffset;
    if (type !== undefined && type.blockBytes > 0) {
      return { ...info, type, bytes: tensorBytes(type, info.dimensions), bytesAre: 'exact', fileOffset };
    }
    const bound = room(i);
    return { ...info, type, bytes: bound ?? null, bytesAre: bound === undefined ? 'unknown' : 'bounded', fileOffset };
  });
}

/**
 * Bytes from the start of each tensor's data to the next tensor, even if the file is shorter; for the last tensor, to the end of the file.
 * Undefined if no byte of the last tensor is in the file, or the file size is unknown. Of several tensors with the same offset, only the
 * last one has space.
 */
function roomBehindEach(infos: readonly TensorInfo[], { dataStart, size }: DataSection): (number | undefined)[] {
  const end = size === undefined ? 0 : size - dataStart;
  const lastAt = new Map(infos.map((info, i) => [info.dataOffset, i]));
  const starts = [...lastAt.keys()].sort((a, b) => a - b);
  const next = new Map(starts.map((start, i) => [start, starts[i + 1] ?? end]));
  return infos.map(({ dataOffset }, i) => {
    if (lastAt.get(dataOffset) !== i) return 0;
    const limit = next.get(dataOffset) as number;
    return limit > dataOffset ? limit - dataOffset : undefined;
  });
}

/**
 * Chooses the meaning of a type id. Forks have used some ids for their own formats, including ids of types that llama.cpp removed; only the
 * space of each tensor distinguishes them. The upstream meaning applies unless it fits nowhere and another meaning fits everywhere. A type
 * that llama.cpp does not read and that fits nowhere is an unknown format.
 */
function chooseTypes(
  infos: readonly TensorInfo[],
  room: (index: number) => number | undefined,
  alignment: number,
): Map<number, TensorType | undefined> {
  const types = new Map<number, TensorType | undefined>();
  for (const { typeId } of infos) {
    if (types.has(typeId)) continue;
    const candidates = tensorTypesById(typeId);
    const [first] = candidates;
    const told = candidates.length > 1 || first?.status === 'removed';
    types.set(typeId, told ? choose(candidates, typeId) : first);
  }
  return types;

  function choose(candidates: readonly TensorType[], typeId: number): TensorType | undefined {
    const own = infos.flatMap((info, i) => (info.typeId === typeId ? [i] : []));
    // The end of the file says little about the last tensor: the file may be cut off, or other data may follow.
    const last = indexOfLast(infos);
    const inside = own.filter((i) => i !== last);
    const deciding = inside.length > 0 ? inside : own;
    const fitting = candidates.find((type) => type.blockBytes > 0 && deciding.every((i) => fits(type, i)));
    if (fitting !== undefined) return fitting;
    if (candidates.some(({ status, blockBytes }) => status === 'current' || blockBytes === 0)) return candidates[0];
    const evidence = inside.filter((i) => room(i) !== 0);
    const contradicted = evidence.length > 0 && !evidence.some((i) => candidates.some((type) => fits(type, i)));
    return contradicted ? undefined : candidates[0];
  }

  function fits(type: TensorType, index: number): boolean {
    const { dimensions } = infos[index]!;
    // Rows that a format cannot have, rounded up to whole blocks, could fit into the space by chance.
    if ((dimensions[0] ?? 1) % type.blockElements !== 0) return false;
    const bound = room(index);
    return bound === undefined || padded(tensorBytes(type, dimensions), alignment) === padded(bound, alignment);
  }
}

function indexOfLast(infos: readonly TensorInfo[]): number {
  return infos.reduce((last, { dataOffset }, i) => (dataOffset >= infos[last]!.dataOffset ? i : last), 0);
}

/** The next multiple of the alignment. */
export function padded(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
