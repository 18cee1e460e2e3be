/** Checks where the data of each tensor begins. */

import { padded, type Tensor } from '../../gguf/data-layout.js';
import type { GgufFile } from '../../gguf/decode.js';
import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { shortened, tensorPlace } from '../place.js';

export const OFFSET_CHECKS = [
  /**
   * Each offset must be the sum of the padded sizes of all earlier tensors, in the order of the tensor infos: gaps and another order are
   * not allowed.
   */
  defineCheck({
    code: 'offset-unexpected',
    group: 'format',
    level: 'error',
    says: 'data offset {found}, but the tensors before it end at {expected} ({count, tensor} out of place)',
    hint: 'the reference requires that tensors follow each other in order, each padded to the alignment',
    appliesTo: anyFile,
    judge({ file }) {
      const misplaced = misplacedTensors(file);
      const [first] = misplaced;
      if (first === undefined) return [];
      // One gap shifts all tensors after it, so the first one is the place to look.
      const facts = { found: first.tensor.dataOffset, expected: first.expected, count: misplaced.length };
      return [{ place: tensorPlace(first.tensor), facts }];
    },
  }),
  /** More than an unexpected offset: readers that map the file into memory read numbers from addresses that must be aligned. */
  defineCheck({
    code: 'offset-misaligned',
    group: 'format',
    level: 'error',
    says: 'data offset {found} is not a multiple of the alignment {alignment} ({count, tensor})',
    hint: 'llama.cpp refuses the file; write it again with padding between the tensors',
    appliesTo: anyFile,
    judge({ file }) {
      const misaligned = file.tensors.filter(({ dataOffset }) => dataOffset % file.alignment !== 0);
      const [first] = misaligned;
      if (first === undefined) return [];
      const facts = { found: first.dataOffset, alignment: file.alignment, count: misaligned.length };
      return [{ place: tensorPlace(first), facts }];
    },
  }),
  /** The first two tensors that share bytes. Reported in addition to the unexpected offset, because it shows the consequence. */
  defineCheck({
    code: 'tensors-overlap',
    group: 'format',
    level: 'error',
    says: 'its data begins before that of {other} ends',
    hint: 'the file is damaged, or was written wrongly: download it again, or convert the model again',
    appliesTo: anyFile,
    judge({ file }) {
      const overlap = firstOverlap(file.tensors);
      if (overlap === undefined) return [];
      const facts = { other: shortened(overlap.before.name) };
      return [{ place: tensorPlace(overlap.behind), facts }];
    },
  }),
];

function misplacedTensors({ tensors, alignment }: GgufFile): { tensor: Tensor; expected: number }[] {
  const misplaced: { tensor: Tensor; expected: number }[] = [];
  let expected: number | undefined = 0;
  for (const tensor of tensors) {
    if (expected !== undefined && tensor.dataOffset !== expected) misplaced.push({ tensor, expected });
    // After a tensor of unknown size the sum restarts at the offset of the next tensor.
    expected = tensor.bytesAre === 'exact' ? tensor.dataOffset + padded(tensor.bytes as number, alignment) : undefined;
  }
  return misplaced;
}

/** Sorted by offset, only neighbors have to be compared. */
function firstOverlap(tensors: readonly Tensor[]): { before: Tensor; behind: Tensor } | undefined {
  const placed = tensors.filter(({ bytes }) => (bytes ?? 0) > 0).sort((a, b) => a.dataOffset - b.dataOffset);
  for (let i = 1; i < placed.length; i++) {
    const [before, behind] = [placed[i - 1]!, placed[i]!];
    if (before.dataOffset + (before.bytes as number) > behind.dataOffset) return { before, behind };
  }
  return undefined;
}
