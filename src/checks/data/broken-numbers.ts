/** Broken numbers: NaN, infinite values, blocks whose scale is NaN or infinite, and values that no weight has. */

import type { ModelTensor } from '../../model/model.js';
import { type CheckedStatistics, defineValueCheck, eachTensor, type JudgedTensor } from './define-value-check.js';
import { isInteger } from './legal-zeros.js';
import { blocksAt, bytesPlace, bytesWords, numbersAt, type Where } from './where.js';

/** The largest finite F16 number. Weights are far smaller; converters and quantizers compute with F16. */
export const LARGEST_HALF = 65504;

export const BROKEN_NUMBER_CHECKS = [
  /**
   * NaN spreads to everything that is computed with it. If the scale of a block is NaN or infinite, `broken-scales` reports the block
   * instead.
   */
  defineValueCheck({
    code: 'nan-values',
    level: 'error',
    says: '{tensor} contains NaN ({nans} of {count, number}): {where}{seen}',
    hint: 'a NaN spreads to everything computed with it; download the file again, or convert the model again from its source',
    judge: eachTensor((judged) => {
      const { nans, count } = judged.own;
      if (nans === 0 || hasBrokenScales(judged.own)) return undefined;
      const { place, where } = notFiniteAt(judged);
      return { place, facts: { nans, count, where, seen: seenIn(judged, nans) } };
    }),
  }),
  /** Values that were too large for their format when the file was converted. */
  defineValueCheck({
    code: 'infinite-values',
    level: 'error',
    says: '{tensor} contains infinite values ({infinities} of {count, number}): {where}{seen}',
    hint: 'they were too large for their format, or the file is damaged; convert the model again with a wider one (BF16 or F32)',
    judge: eachTensor((judged) => {
      const { infinities, count } = judged.own;
      if (infinities === 0 || hasBrokenScales(judged.own)) return undefined;
      const { place, where } = notFiniteAt(judged);
      return { place, facts: { infinities, count, where, seen: seenIn(judged, infinities) } };
    }),
  }),
  /** With `--check-tensors` llama.cpp refuses such blocks. */
  defineValueCheck({
    code: 'broken-scales',
    level: 'error',
    says: '{tensor} has {broken} of {blocks, block} with a scale that is NaN or infinite: {where}{seen}',
    hint: 'all numbers of such a block are lost; quantize the model again, or download the file again',
    judge: eachTensor(({ own, tensor, faults, seen }) => {
      if (own.scales === null || !hasBrokenScales(own)) return undefined;
      const { blocks, nan, infinite } = own.scales;
      const span = faults?.scales;
      const { place, where } = span ? blocksAt(tensor, span) : whole(tensor);
      const broken = nan + infinite;
      return { place, facts: { broken, blocks, nan, infinite, where, seen: seen(broken) } };
    }),
  }),
  /** A scale or a number that was overwritten: it is finite, but larger than training or quantization can produce. */
  defineValueCheck({
    code: 'numbers-too-large',
    level: 'error',
    says: '{tensor} contains {value}, larger than any real weight: {where}{seen}',
    hint: 'what is computed with it is nonsense; the file is damaged: download it again, or quantize it again',
    judge: eachTensor((judged) => {
      const { tensor, own, faults, seen } = judged;
      const magnitude = largestMagnitude(own);
      if (!isWeight(tensor) || magnitude <= LARGEST_HALF) return undefined;
      const found = faults?.largest;
      const { place, where } =
        found && found.magnitude === magnitude
          ? numbersAt(tensor, { first: found.index, last: found.index })
          : whole(tensor);
      const level = tensor.roleRow.kind === 'unknown' ? 'warning' : 'error';
      return { place, level, facts: { value: magnitude.toPrecision(3), where, seen: seen(1) } };
    }),
  }),
  /** One block or number that is far too large: the model runs, but every token that uses it is computed wrongly. */
  defineValueCheck({
    code: 'odd-block',
    level: 'warning',
    says: '{tensor} contains {value}, {times} times the usual size of its numbers: {where}{seen}',
    hint: 'a scale or a number may have been overwritten; compare with the source of the model (diff --values)',
    judge: eachTensor(({ tensor, own, faults, seen }) => {
      const found = faults?.largest;
      const usual = usualMagnitude(own);
      if (!found || usual === null || !isWeight(tensor) || largestMagnitude(own) > LARGEST_HALF) return undefined;
      const times = found.magnitude / usual;
      if (found.magnitude < 1 || times < ODD_TIMES) return undefined;
      const { place, where } = numbersAt(tensor, { first: found.index, last: found.index });
      const facts = { value: found.magnitude.toPrecision(3), times: Math.round(times), where, seen: seen(1) };
      return { place, facts };
    }),
  }),
];

/** In sound models the largest weights are a few hundred times as large as the others in their matrix. */
const ODD_TIMES = 1000;

/** With fewer rows, the row with the odd number could be the median. */
const LEAST_ROWS = 3;

/** The RMS of a typical row; null if there are too few rows. */
function usualMagnitude({ rows, count }: CheckedStatistics): number | null {
  if (rows.count < LEAST_ROWS || rows.median === null || rows.median === 0) return null;
  return rows.median / Math.sqrt(count / rows.count);
}

/** True for tensors that come from training; false for tables and counts that a program computed. */
export function isWeight(tensor: ModelTensor): boolean {
  const { group, kind } = tensor.roleRow;
  return kind !== 'constants' && kind !== 'scalar' && group !== 'quantization' && !isInteger(tensor);
}

function largestMagnitude({ min, max }: CheckedStatistics): number {
  return Math.max(-(min ?? 0), max ?? 0);
}

function notFiniteAt({ tensor, faults }: JudgedTensor): Where {
  return faults?.notFinite ? numbersAt(tensor, faults.notFinite) : whole(tensor);
}

function whole(tensor: ModelTensor): Where {
  const place = bytesPlace(tensor);
  return { place, where: bytesWords(place) };
}

/** Words about the sampled blocks, for a finding about a number of values: these are in at least `numbers` ÷ block size blocks. */
function seenIn({ tensor, seen }: JudgedTensor, numbers: number): string {
  return seen(Math.ceil(numbers / (tensor.type?.blockElements ?? 1)));
}

function hasBrokenScales({ scales }: CheckedStatistics): boolean {
  return scales !== null && scales.nan + scales.infinite > 0;
}
