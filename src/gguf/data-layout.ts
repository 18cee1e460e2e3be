/**
 * The fourth section (specification, "tensor_data"): where each tensor's bytes lie and how many there are, worked out from the
 * tensor infos alone. The rule of llama.cpp's reader: tensors follow each other in the order of their infos, each padded to the
 * alignment. What breaks the rule is a finding; nothing here stops the reading.
 */

import type { Finding } from './finding.js';
import { MAX_FINDINGS_OF_A_CODE } from './limits.js';
import type { TensorInfo } from './tensor-infos.js';
import { type TensorType, tensorBytes, tensorTypesById } from './tensor-types.js';

/** A tensor with its type looked up and its place in the file. */
export interface Tensor extends TensorInfo {
  /** The row of its type; undefined where nobody known has used the id. */
  type: TensorType | undefined;
  /** Bytes of its data. Where the type's size is unknown: all bytes up to the next tensor. Null where even that is unknown. */
  bytes: number | null;
  /** Whether `bytes` follows from the type, or is only bounded by what comes next. */
  bytesAre: 'exact' | 'bounded' | 'unknown';
  /** Offset of its data from the start of the file. */
  fileOffset: number;
}

export interface DataSection {
  alignment: number;
  /** Offset of the section in the file. */
  dataStart: number;
  /** Bytes of the file, where known. */
  size: number | undefined;
}

export function layOutData(
  infos: readonly TensorInfo[],
  section: DataSection,
): { tensors: Tensor[]; findings: Finding[] } {
  // Only types that are unknown, or that several claim, are measured by the room that their tensors have.
  let rooms: readonly (number | undefined)[] | undefined;
  const room = (index: number) => {
    rooms ??= roomBehindEach(infos, section);
    return rooms[index];
  };
  const types = chooseTypes(infos, room, section.alignment);
  const tensors = infos.map((info, i): Tensor => {
    const type = types.get(info.typeId);
    const fileOffset = section.dataStart + info.dataOffset;
    if (type !== undefined && type.blockBytes > 0) {
      return { ...info, type, bytes: tensorBytes(type, info.dimensions), bytesAre: 'exact', fileOffset };
    }
    const bound = room(i);
    return { ...info, type, bytes: bound ?? null, bytesAre: bound === undefined ? 'unknown' : 'bounded', fileOffset };
  });
  const findings = [...judgeTypes(tensors), ...judgeOffsets(tensors, section.alignment), ...judgeEnd(tensors, section)];
  return { tensors, findings };
}

/**
 * Bytes from the start of each tensor's data to the next tensor behind it, whether the file reaches that far or not; for the last
 * one to the end of the file. Undefined where nothing of the last one is in the file, or its size is not known. Of tensors that
 * share an offset only the last one has room.
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
 * Which type an id means. Forks have used some ids for formats of their own; only the room that each tensor takes tells them
 * apart. The upstream meaning holds unless it fits nowhere and another one fits everywhere.
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
    types.set(typeId, candidates.length > 1 ? (candidates.find(fits) ?? candidates[0]) : candidates[0]);

    function fits(candidate: TensorType): boolean {
      if (candidate.blockBytes === 0) return false;
      return infos.every((info, i) => {
        if (info.typeId !== typeId) return true;
        const bound = room(i);
        return (
          bound === undefined || padded(tensorBytes(candidate, info.dimensions), alignment) === padded(bound, alignment)
        );
      });
    }
  }
  return types;
}

function padded(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/** One finding for each type that stock llama.cpp does not load, and one for each tensor whose rows are no whole blocks. */
function judgeTypes(tensors: readonly Tensor[]): Finding[] {
  const findings: Finding[] = [];
  const strange = new Map<number, { first: Tensor; count: number }>();
  for (const tensor of tensors) {
    const { type, dimensions, typeId } = tensor;
    if (type === undefined || type.status !== 'current') {
      const seen = strange.get(typeId);
      if (seen) seen.count++;
      else strange.set(typeId, { first: tensor, count: 1 });
    }
    const row = dimensions[0] ?? 1;
    if (type !== undefined && row % type.blockElements !== 0 && findings.length < MAX_FINDINGS_OF_A_CODE) {
      findings.push(finding('row-not-whole-blocks', tensor, { row, block: type.blockElements, type: type.name }));
    }
  }
  for (const [typeId, { first, count }] of [...strange].slice(0, MAX_FINDINGS_OF_A_CODE)) {
    const { type } = first;
    if (type === undefined) findings.push(finding('unknown-tensor-type', first, { typeId, count }));
    else if (type.status === 'removed')
      findings.push(finding('removed-tensor-type', first, { type: type.name, count }));
    else findings.push(finding('fork-tensor-type', first, { type: type.name, fork: type.fork ?? 'a fork', count }));
  }
  return findings;
}

/** Offsets against the running padded sum, overlaps against each other. Each fault is told once, at the first tensor that has it. */
function judgeOffsets(tensors: readonly Tensor[], alignment: number): Finding[] {
  const findings: Finding[] = [];
  const misplaced: { tensor: Tensor; expected: number }[] = [];
  let expected: number | undefined = 0;
  for (const tensor of tensors) {
    if (expected !== undefined && tensor.dataOffset !== expected) misplaced.push({ tensor, expected });
    // After a tensor of unknown size the sum starts anew at the next one, wherever that is.
    expected = tensor.bytesAre === 'exact' ? tensor.dataOffset + padded(tensor.bytes as number, alignment) : undefined;
  }
  const [first] = misplaced;
  if (first) {
    const facts = { found: first.tensor.dataOffset, expected: first.expected, count: misplaced.length };
    findings.push(finding('offset-unexpected', first.tensor, facts));
  }
  const misaligned = tensors.filter((tensor) => tensor.dataOffset % alignment !== 0);
  if (misaligned[0]) {
    const facts = { found: misaligned[0].dataOffset, alignment, count: misaligned.length };
    findings.push(finding('offset-misaligned', misaligned[0], facts));
  }
  // Tensors that each begin where the sum says cannot overlap.
  const overlap = misplaced.length > 0 ? firstOverlap(tensors) : undefined;
  if (overlap) findings.push(finding('tensors-overlap', overlap.behind, { other: overlap.before.name }));
  return findings;
}

function firstOverlap(tensors: readonly Tensor[]): { before: Tensor; behind: Tensor } | undefined {
  const placed = tensors.filter((tensor) => (tensor.bytes ?? 0) > 0).sort((a, b) => a.dataOffset - b.dataOffset);
  for (let i = 1; i < placed.length; i++) {
    const [before, behind] = [placed[i - 1]!, placed[i]!];
    if (before.dataOffset + (before.bytes as number) > behind.dataOffset) return { before, behind };
  }
  return undefined;
}

/** Whether the file reaches as far as its tensors say, and no further than their padding. */
function judgeEnd(tensors: readonly Tensor[], { dataStart, size, alignment }: DataSection): Finding[] {
  if (size === undefined) return [];
  const findings: Finding[] = [];
  // A tensor that has elements has at least one byte, even where its size is not known.
  const endOf = ({ elements, fileOffset, bytes }: Tensor) =>
    elements === 0 ? 0 : fileOffset + Math.max(1, bytes ?? 0);
  const end = tensors.reduce((most, tensor) => Math.max(most, endOf(tensor)), dataStart);
  const cut = tensors.filter((tensor) => endOf(tensor) > size);
  if (cut[0]) {
    const facts = { missing: end - size, size, needed: end, count: cut.length };
    if (size <= dataStart) findings.push({ code: 'data-absent', place: { offset: size }, facts });
    else findings.push({ code: 'data-truncated', place: { offset: size, tensor: cut[0].name }, facts });
  } else if (size > padded(end, alignment)) {
    const paddedEnd = padded(end, alignment);
    findings.push({ code: 'surplus-bytes', place: { offset: paddedEnd }, facts: { surplus: size - paddedEnd } });
  }
  return findings;
}

function finding(code: Finding['code'], { offset, name }: TensorInfo, facts: Finding['facts']): Finding {
  return { code, place: { offset, tensor: name }, facts };
}
