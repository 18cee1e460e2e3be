/** Folds names that differ only in the number of their layer into one: `blk.{3,5..7}.attn_q.weight`. For names without tensors. */

import { formatLayers, rangesOf } from './fold.js';
import { findLayer, patternOf } from './tensor-name.js';

/** One name for each pattern, in the order of first occurrence. */
export function foldNames(names: readonly string[]): string[] {
  const patterns = new Map<string, { first: string; layers: number[] }>();
  for (const name of names) {
    const span = findLayer(name);
    const pattern = span === null ? name : patternOf(name, span);
    const row = patterns.get(pattern) ?? { first: name, layers: [] };
    if (span !== null) row.layers.push(Number(name.slice(span.start, span.end)));
    patterns.set(pattern, row);
  }
  return [...patterns].map(([pattern, { first, layers }]) =>
    layers.length < 2 ? first : pattern.replace('{}', `{${formatLayers(rangesOf(layers))}}`),
  );
}
