/** The words for differences of numbers that the page and the Markdown share. */

import type { DiffReport } from '../report/diff-schema.js';
import type { DiffValues, DiffValuesTensor } from '../report/diff-values-schema.js';
import { formatBytes, formatCount, formatInteger } from '../words/format-quantity.js';
import { UNREADABLE } from '../words/unreadable.js';

/** Explains the errors of a table, once for each table. */
export const RELATIVE_ERROR = 'relative error: the RMS of the difference in percent of the RMS before';

/** `7.12 %`, `0.0031 %`, `0 %`, `4.6 million ×`. If all numbers were zero before, it says that any number is new. */
function errorWords(error: number | null): string {
  if (error === null) return 'was all 0';
  const percent = 100 * error;
  if (percent === 0) return '0 %';
  if (percent >= 999.5) return `${timesWords(error)} ×`;
  return `${percent < 0.0001 ? percent.toExponential(1) : percent.toPrecision(3)} %`;
}

const LARGE: readonly [number, string][] = [
  [1e12, 'trillion'],
  [1e9, 'billion'],
  [1e6, 'million'],
];

function timesWords(times: number): string {
  if (times >= 1e15) return times.toExponential(1);
  const [size, word] = LARGE.find(([least]) => times >= least) ?? [];
  if (size !== undefined && word !== undefined) return `${Number((times / size).toPrecision(2))} ${word}`;
  return formatInteger(Math.round(times));
}

/** The error of a tensor or a role. Errors do not count NaN and infinite numbers, so with any of these the answer is NaN. */
export function distanceWords({
  relativeError,
  notFinite,
}: {
  relativeError: number | null;
  notFinite: number;
}): string {
  return notFinite > 0 ? 'NaN' : errorWords(relativeError);
}

/** What is wrong with a difference; empty if quantizing explains it. */
export function usualWords({ usual, cause, notFinite }: DiffValuesTensor): string {
  if (notFinite > 0) return `${formatInteger(notFinite)} NaN or infinite`;
  if (cause !== 'other') return '';
  return usual === null ? '' : 'more than quantizing explains';
}

/** `Q4_K`, or `F16 → Q4_K`. */
export function typesWords({ before, after }: DiffValuesTensor): string {
  return before === after ? before : `${before} → ${after}`;
}

/** The tensors whose numbers differ, with NaN and infinite numbers first; the tensor with the largest error, and that error. */
export function differingTensors({ tensors }: DiffValues): {
  differing: DiffValuesTensor[];
  worst: DiffValuesTensor | undefined;
  most: number;
} {
  const differing = tensors.filter(({ differing: count }) => count > 0).sort((a, b) => b.notFinite - a.notFinite);
  const gravity = ({ relativeError, notFinite }: DiffValuesTensor) =>
    notFinite > 0 ? Number.POSITIVE_INFINITY : (relativeError ?? Number.MAX_VALUE);
  const worst = differing.reduce<DiffValuesTensor | undefined>(
    (most, tensor) => (most === undefined || gravity(tensor) > gravity(most) ? tensor : most),
    undefined,
  );
  return { differing, worst, most: Math.max(0, ...differing.map(({ relativeError }) => relativeError ?? 0)) };
}

const REASONS: Readonly<Record<DiffValues['notCompared'][number]['why'], string>> = {
  reshaped: 'of another shape',
  added: 'only in the second file',
  removed: 'only in the first file',
  'no-float-form': UNREADABLE['no-float-form'].attribute,
  'uneven-rows': UNREADABLE['uneven-rows'].attribute,
  // It is not recorded which of the two files it is.
  'data-missing': 'whose data is missing in one of the files',
  empty: UNREADABLE.empty.attribute,
  overlapping: UNREADABLE.overlapping.attribute,
};

/** How many tensors were compared, their error together, and what could not be compared: one sentence each. */
export function valuesNotes(values: NonNullable<DiffReport['values']>): string[] {
  const { complete, tensors, same, relativeError, bytes, notCompared, gate } = values;
  const broken = tensors.filter(({ notFinite }) => notFinite > 0).length;
  const other = tensors.filter(({ cause, notFinite }) => cause === 'other' && notFinite === 0).length;
  const counts = new Map<string, number>();
  for (const { why } of notCompared) counts.set(REASONS[why], (counts.get(REASONS[why]) ?? 0) + 1);
  const left = [...counts].map(([why, count]) => `${formatCount(count, 'tensor')} ${why}`);
  return [
    ...(complete
      ? []
      : [
          `stopped early: only ${formatCount(tensors.length, 'tensor')} compared (${formatBytes(bytes)} of both files)`,
        ]),
    ...(tensors.length === 0 ? [] : [sameWords(same, tensors.length, relativeError)]),
    ...(broken === 0
      ? []
      : [
          `${formatCount(broken, 'tensor')} with numbers that are NaN or infinite in one of the files; they are not included in the errors`,
        ]),
    ...(other === 0
      ? []
      : [
          `${formatCount(other, 'tensor')} ${other === 1 ? 'differs' : 'differ'} more than quantizing explains: other weights, or damage`,
        ]),
    ...usualNotes(tensors),
    ...(left.length === 0 ? [] : [`not compared: ${left.join(', ')}`]),
    ...(gate === undefined ? [] : [gateWords(gate)]),
  ];
}

function sameWords(same: number, compared: number, error: number | null): string {
  if (same === compared) return `the numbers of all ${formatCount(compared, 'tensor')} are the same`;
  const differing = `${formatCount(compared, 'tensor')} compared, ${formatInteger(compared - same)} with different numbers`;
  return `${differing}; relative error over all ${errorWords(error)}`;
}

/** The usual errors of each change of type in this comparison. */
function usualNotes(tensors: readonly DiffValuesTensor[]): string[] {
  const ranges = new Map<string, string>();
  for (const { before, after, usual, differing } of tensors) {
    if (before === after || differing === 0 || usual === null || usual.most === 0) continue;
    const percent = (share: number) => Number((100 * share).toPrecision(2));
    ranges.set(`${before} → ${after}`, `${percent(usual.least)}–${percent(usual.most)} %`);
  }
  const words = [...ranges].map(([types, range]) => `${types} ${range}`);
  return words.length === 0 ? [] : [`usual for quantizing: ${words.join(', ')}`];
}

function gateWords({ maxError, within, beyond }: NonNullable<DiffValues['gate']>): string {
  const bound = errorWords(maxError);
  if (within) return `no tensor has an error above ${bound}`;
  if (beyond.length === 0) return `not all tensors were compared, so it is not known whether all are within ${bound}`;
  return `${formatCount(beyond.length, 'tensor')} with an error above ${bound}`;
}
