/** A histogram as columns of eighths of a character, with the range of the numbers below. */

import type { Histogram } from '../../report/tensor-values-schema.js';
import type { RenderOptions } from '../options.js';
import { valueWords } from './value-words.js';

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Lines of the tallest column. */
const HEIGHT = 5;

/** The lines of a histogram; bins share columns where there is not room for all. */
export function histogramLines({ min, max, counts }: Histogram, { width, theme }: RenderOptions): string[] {
  if (min === max) return [];
  const each = Math.ceil(counts.length / Math.max(1, width - 2));
  const columns = Array.from({ length: Math.ceil(counts.length / each) }, (_, i) =>
    counts.slice(i * each, (i + 1) * each).reduce((sum, count) => sum + count, 0),
  );
  const most = Math.max(...columns);
  // The smallest column that is more than nothing still shows.
  const heights = columns.map((count) => Math.max(count > 0 ? 1 : 0, Math.round((count / most) * HEIGHT * 8)));
  const lines = Array.from({ length: HEIGHT }, (_, line) => {
    const below = (HEIGHT - 1 - line) * 8;
    const text = heights.map((height) => EIGHTHS[Math.min(8, Math.max(0, height - below))]).join('');
    return theme.bar(text.trimEnd());
  });
  return [...lines, theme.muted(axis(min, max, columns.length))];
}

/** The ends of the range, and zero where it lies between them with room for it. */
function axis(min: number, max: number, width: number): string {
  const [left, right] = [valueWords(min), valueWords(max)];
  const gap = ' '.repeat(Math.max(1, width - left.length - right.length));
  const zero = Math.round((width * -min) / (max - min)) - left.length;
  const marked = min < 0 && max > 0 && zero > 0 && zero < gap.length - 1;
  return left + (marked ? `${gap.slice(0, zero)}0${gap.slice(zero + 1)}` : gap) + right;
}
