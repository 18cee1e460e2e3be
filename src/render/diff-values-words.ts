/** The words for differences of numbers that the page and the Markdown share. */

import type { DiffReport } from '../report/diff-schema.js';
import type { DiffValues, DiffValuesTensor } from '../report/diff-values-schema.js';
import { formatBytes, formatCount, formatInteger } from '../words/format-quantity.js';
import { UNREADABLE } from '../words/unreadable.js';

/** What the errors are, once for a table. */
export const RELATIVE_ERROR = 'relative error: the RMS of the difference in percent of the RMS before';

/** `7.12 %`, `0.0031 %`, `0 %`; where there was nothing before, that any number is new. */
export function errorWords(error: number | null): string {
  if (error === null) return 'was all 0';
  const percent = 100 * error;
  if (percent === 0) return '0 %';
  if (percent >= 999.5) return `${formatInteger(Math.round(percent))} %`;
  return `${percent < 0.0001 ? percent.toExponential(1) : percent.toPrecision(3)} %`;
}

/** `Q4_K`, or `F16 → Q4_K`. */
export function typesWords({ before, after }: DiffValuesTensor): string {
  return before === after ? before : `${before} → ${after}`;
}

/** The tensors whose numbers differ, and the largest error of them: what lines are compared with. */
export function differingTensors({ tensors }: DiffValues): { differing: DiffValuesTensor[]; most: number } {
  const differing = tensors.filter(({ differing: count }) => count > 0);
  return { differing, most: Math.max(0, ...differing.map(({ relativeError }) => relativeError ?? 0)) };
}

const REASONS: Readonly<Record<DiffValues['notCompared'][number]['why'], string>> = {
  reshaped: 'of another shape',
  added: 'only in the second file',
  removed: 'only in the first file',
  'no-float-form': UNREADABLE['no-float-form'].attribute,
  'uneven-rows': UNREADABLE['uneven-rows'].attribute,
  // Of two files nobody knows which one is meant.
  'data-missing': 'whose data one of the files does not hold',
  empty: UNREADABLE.empty.attribute,
  overlapping: UNREADABLE.overlapping.attribute,
};

/** How many were compared, how they are together, and what could not be compared, a sentence each. */
export function valuesNotes(values: NonNullable<DiffReport['values']>): string[] {
  const { complete, tensors, same, relativeError, bytes, notCompared } = values;
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
    ...(left.length === 0 ? [] : [`not compared: ${left.join(', ')}`]),
  ];
}

function sameWords(same: number, compared: number, error: number | null): string {
  if (same === compared) return `the numbers of all ${formatCount(compared, 'tensor')} are the same`;
  const differing = `${formatCount(compared, 'tensor')} compared, ${formatInteger(compared - same)} with other numbers`;
  return `${differing}; relative error over all ${errorWords(error)}`;
}
