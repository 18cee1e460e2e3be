/** Tensors that repeat one number, mostly 0: they were never trained, or their data is lost. */

import type { Model, ModelTensor } from '../../model/model.js';
import { type CheckedStatistics, defineValueCheck, eachTensor } from './define-value-check.js';
import { emptyParts } from './empty.js';
import { gravityOfZeros, isLegalPart, isMatrix, isTokenTable, isZero, MANY_ROWS } from './legal-zeros.js';
import { bytesOfRow, bytesPlace, bytesWords, range, type Span } from './where.js';

/** Share of blocks with a scale of 0 up to which they may have been all zeros before quantization. */
const MOST_SHARE = 0.01;

export const SAME_NUMBER_CHECKS = [
  /** A matrix of zeros outputs only zeros. Biases of zeros are usual. Tensors in an empty part of the file are reported by `empty-data`. */
  defineValueCheck({
    code: 'zero-tensor',
    level: 'error',
    says: '{tensor} is all zeros: {count, number} ({where})',
    hint: '{meaning}',
    judge(model, values) {
      const covered = new Set(emptyParts(model, values).flatMap(({ tensors }) => tensors));
      const zeros = new Set(model.tensors.filter((_, i) => isZero(values.statistics[i])));
      const gravity = gravityOfZeros(model, (tensor) => zeros.has(tensor));
      return eachTensor(({ own, tensor, index }) => {
        // Samples cannot show that a whole tensor is zeros.
        if (!zeros.has(tensor) || covered.has(tensor) || values.sampled?.has(index)) return undefined;
        const level = gravity(tensor);
        const place = bytesPlace(tensor);
        return { place, level, facts: { count: own.count, where: bytesWords(place), meaning: MEANING[level] } };
      })(model, values);
    },
  }),
  /** Zero rows are outputs that are always 0 or, in a table of tokens, tokens that were never trained. */
  defineValueCheck({
    code: 'zero-rows',
    level: 'advice',
    says: '{tensor} has {zero} of {count, row} that are all zeros: {which}',
    hint: 'in a token table, these tokens were never trained; in other matrices, these outputs are always 0',
    judge(model, values) {
      const covered = new Set(emptyParts(model, values).flatMap(({ tensors }) => tensors));
      return eachTensor(({ own, tensor, faults }) => {
        const { count, zero } = own.rows;
        const runs = faults?.zeroRows ?? [];
        const [first] = runs;
        if (zero === 0 || first === undefined || isZero(own) || !isMatrix(tensor) || covered.has(tensor))
          return undefined;
        const level = gravityOfRows(model, tensor, runs, zero / count);
        const row = bytesOfRow(tensor);
        const place = bytesPlace(tensor, first.first * row, (first.last + 1) * row);
        return { place, level, facts: { zero, count, which: runsWords(runs, zero) } };
      })(model, values);
    },
  }),
  /** Blocks whose numbers are all equal because their scale is 0. Blocks in zero rows do not count: `zero-rows` reports them. */
  defineValueCheck({
    code: 'zero-scales',
    level: 'advice',
    says: '{tensor} has {zero} of {blocks, block} with a scale of 0 ({share} %): all their numbers are the same',
    hint: 'the weights were that small, or quantizing them went wrong; compare with the source (diff --values)',
    judge: eachTensor(({ own }) => {
      const zero = zeroScalesOutsideOfZeroRows(own);
      const blocks = own.scales?.blocks ?? 0;
      if (zero <= blocks * MOST_SHARE || isZero(own)) return undefined;
      return { facts: { zero, blocks, share: Math.round((100 * zero) / blocks) } };
    }),
  }),
  /** Typical for a tensor that was never trained: a norm of ones, or a factor that changes nothing. */
  defineValueCheck({
    code: 'constant-tensor',
    level: 'advice',
    says: '{tensor} contains the same number {count} times: {value}',
    hint: 'usual for a norm or a factor that was never trained',
    judge: eachTensor(({ own }) =>
      own.constant && own.count > 1 && !isZero(own)
        ? { facts: { value: String(Number((own.min as number).toPrecision(6))), count: own.count } }
        : undefined,
    ),
  }),
];

const MEANING = {
  error:
    'it outputs only zeros, so the model computes nonsense: a part of the file was never written, or lost; download it again',
  warning: 'it outputs only zeros, so this step does nothing; compare with the source of the model',
  advice: 'usual for tensors that were never trained',
};

/** Training can produce a few outputs that are always 0, but not many. */
function gravityOfRows(model: Model, tensor: ModelTensor, runs: readonly Span[], share: number) {
  if (isTokenTable(tensor) || !isNeededMatrix(tensor)) return 'advice';
  const row = bytesOfRow(tensor);
  const legal = runs.every(({ first, last }) => isLegalPart(model, tensor, first * row, (last + 1) * row));
  if (legal) return 'advice';
  return share >= MANY_ROWS ? 'error' : 'warning';
}

function isNeededMatrix({ roleRow }: ModelTensor): boolean {
  return roleRow.kind === 'matrix' && !['adapter', 'quantization', 'next-token-prediction'].includes(roleRow.group);
}

/** Most runs that are listed individually. */
const MOST_RUNS = 4;

function runsWords(runs: readonly Span[], rows: number): string {
  const told = runs.slice(0, MOST_RUNS);
  const left = rows - told.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return told.map((run) => range('row', run)).join(', ') + (left > 0 ? ` and ${left} more` : '');
}

function zeroScalesOutsideOfZeroRows({ scales, rows }: CheckedStatistics): number {
  if (scales === null) return 0;
  return scales.zero - rows.zero * (scales.blocks / rows.count);
}
