/**
 * A map of all layers: a line for each role, a column for each layer, and how large the numbers are as a colour, or a shade where there
 * are no colours. Each line has its own scale, a logarithmic one: a query's weights are compared with those of other layers, not
 * with a norm's.
 */

import type { Theme } from '../theme.js';

const SHADES = ['░', '▒', '▓', '█'];
const NOTHING = '·';

/** Between the two ends of a scale lies this factor at least: small differences are not to look like large ones. */
const LEAST_SPAN = 2;

/** Columns of the layers in `room` characters: each layer gets up to two, or several share one. */
export function heatColumns(layers: number, room: number): { width: number; layersEach: number } {
  if (layers * 2 <= room) return { width: 2, layersEach: 1 };
  return { width: 1, layersEach: Math.ceil(layers / Math.max(1, room)) };
}

/** The cells of a line, as a text of `width` for each column. */
export function heatCells(
  values: readonly (number | null)[],
  { width, layersEach }: ReturnType<typeof heatColumns>,
  { heat, muted }: Theme,
): string {
  const logs = values.map((value) => (value === null ? null : Math.log2(value)));
  const known = logs.filter((log) => log !== null);
  const middle = (Math.min(...known) + Math.max(...known)) / 2;
  const half = Math.max(Math.log2(LEAST_SPAN), Math.max(...known) - Math.min(...known)) / 2;
  let cells = '';
  for (let from = 0; from < logs.length; from += layersEach) {
    const column = logs.slice(from, from + layersEach).filter((log) => log !== null);
    if (column.length === 0) {
      cells += muted(NOTHING.repeat(width));
      continue;
    }
    // The least of a line can come out a hair below 0.
    const share = Math.max(0, (column.reduce((sum, log) => sum + log, 0) / column.length - middle + half) / (2 * half));
    const shade = SHADES[Math.min(SHADES.length - 1, Math.floor(share * SHADES.length))] as string;
    cells += heat === undefined ? shade.repeat(width) : heat(share)('█'.repeat(width));
  }
  return cells;
}

/** What the shades mean, in one line. */
export function heatLegend({ heat }: Theme): string {
  const scale =
    heat === undefined ? SHADES.join('') : [0, 0.25, 0.5, 0.75, 1].map((share) => heat(share)('█')).join('');
  return `${scale} from the least to the most of a line, a logarithmic scale over a factor of ${LEAST_SPAN} at least`;
}
