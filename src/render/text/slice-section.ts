/** `tensor --slice`: the numbers of a slice row by row. */

import type { SliceReport } from '../../report/tensor-values-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { wrap } from './columns.js';
import { storedWords } from './value-words.js';

/** The numbers of a slice row by row, each with its place in PyTorch's order. */
export function sliceLines({ ranges, shape, values }: SliceReport, options: RenderOptions): string[] {
  const { theme, width } = options;
  const across = shape.at(-1) ?? 1;
  const inRow = ranges.at(-1);
  const words = values.map(storedWords);
  const longest = Math.max(...words.map(({ length }) => length));
  const range = across === 1 ? String(inRow?.from ?? 0) : `${inRow?.from}:${inRow?.to}`;
  const lines = [
    '',
    `${theme.heading('SLICE')}  ${wrap(`[${shape.map(formatInteger).join(', ')}] in PyTorch's order`, width - 9)[0]}`,
  ];
  const perLine = Math.max(1, Math.floor((width - 2) / (longest + 2)));
  for (let at = 0; at < words.length; at += across) {
    const place = placeOf(at / across, ranges.slice(0, -1), shape);
    lines.push(theme.muted(`[${[...place, range].join(', ')}]`));
    const row = words.slice(at, at + across).map((word) => word.padStart(longest));
    for (let from = 0; from < row.length; from += perLine)
      lines.push(`  ${row.slice(from, from + perLine).join('  ')}`);
  }
  return lines;
}

/** Which row of the tensor the n-th row of a slice is, for each dimension but the last. */
function placeOf(row: number, ranges: SliceReport['ranges'], shape: readonly number[]): number[] {
  const place: number[] = [];
  let rest = row;
  for (let i = ranges.length - 1; i >= 0; i--) {
    const size = shape[i] as number;
    place.unshift((ranges[i]?.from ?? 0) + (rest % size));
    rest = Math.floor(rest / size);
  }
  return place;
}
