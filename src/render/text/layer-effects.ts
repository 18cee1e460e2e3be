/** What layers did to a vector, a line for each; of a deep model those in the middle are left out. */

import type { NextTokensReport } from '../../report/next-tokens-schema.js';
import type { RenderOptions } from '../options.js';
import { alignColumns, type Cell, type Column } from './columns.js';

/** Layers that are listed: so many at either end. */
const AT_EITHER_END = 6;

type LayerRow = NextTokensReport['layers'][number];

export function layerTable(layers: readonly LayerRow[], { theme, width }: RenderOptions): string[] {
  const experts = layers.some((layer) => layer.experts !== undefined);
  const head: Cell[] = ['layer', 'in', '+ attention', experts ? '+ experts' : '+ feed-forward', 'out', ''].map(
    (text) => ({
      text,
      style: theme.muted,
    }),
  );
  const rows = layers.map((row) => cellsOf(row, { theme, width }));
  const left = rows.length - 2 * AT_EITHER_END;
  const shown =
    left <= 1
      ? rows
      : [
          ...rows.slice(0, AT_EITHER_END),
          [{ text: `… ${left} more`, style: theme.muted }],
          ...rows.slice(-AT_EITHER_END),
        ];
  const columns: Column[] = [
    { align: 'left' },
    ...Array.from({ length: 4 }, (): Column => ({ align: 'right' })),
    { align: 'left', shrinkTo: 8 },
  ];
  return alignColumns([head, ...shown], columns, width - 2);
}

function cellsOf(
  { layer, before, attention, feedForward, after, experts }: LayerRow,
  { theme }: RenderOptions,
): Cell[] {
  return [
    { text: String(layer), style: theme.number },
    { text: lengthOf(before) },
    { text: lengthOf(attention) },
    { text: lengthOf(feedForward) },
    { text: lengthOf(after) },
    {
      text: experts === undefined ? '' : `experts ${experts.map(({ expert }) => expert).join(', ')}`,
      style: theme.muted,
    },
  ];
}

function lengthOf(value: number | null): string {
  if (value === null) return 'no number';
  return value >= 1e5 ? value.toExponential(2) : value.toFixed(value >= 100 ? 0 : 2);
}
