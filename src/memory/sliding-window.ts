/** Which layers attend only to a window, and how many tokens it has: the architecture's rule with the file's numbers. */

import type { WindowRule } from '../architectures/cache-facet.js';
import type { ModelNumbers } from './model-numbers.js';

const SIZE_KEY = 'attention.sliding_window';
const PATTERN_KEY = 'attention.sliding_window_pattern';

export interface Window {
  /** Window size in tokens. */
  size: number;
  /** One entry for each layer; empty if something is missing. */
  slides: readonly boolean[];
  /** Keys that the rule reads; the file need not have all of them. */
  keys: readonly string[];
  /** What the file should state but does not. */
  missing: string | null;
}

/**
 * The window of a model with `layers` layers, including those for multi-token prediction. Null if no window is used. `recurrent` marks the
 * layers without attention.
 */
export function slidingWindow(
  rule: WindowRule | undefined,
  numbers: ModelNumbers,
  layers: number,
  recurrent: (layer: number) => boolean,
): Window | null {
  if (rule === undefined) return null;
  const given = numbers.number(SIZE_KEY);
  if (rule.when === 'size-given' && !given) return null;
  if (rule.when === 'unless-zero' && given === 0) return null;
  if (typeof rule.when === 'object' && rule.when.blockCount !== layers) return null;

  const size = rule.fixedSize ?? given ?? rule.size ?? null;
  const flags = flagsOf(rule.layers, numbers, layers, recurrent);
  const missing = size === null ? SIZE_KEY : flags === null ? PATTERN_KEY : null;
  return {
    size: size ?? 0,
    slides: missing === null && flags !== null ? flags : [],
    keys: [SIZE_KEY, PATTERN_KEY],
    missing: missing === null ? null : numbers.fullKey(missing),
  };
}

/** Null if the file lacks the flags that the rule needs. */
function flagsOf(
  rule: WindowRule['layers'],
  numbers: ModelNumbers,
  layers: number,
  recurrent: (layer: number) => boolean,
): boolean[] | null {
  const each = (slides: (layer: number) => boolean) => Array.from({ length: layers }, (_, layer) => slides(layer));
  const listed = () => numbers.perLayer(PATTERN_KEY, layers)?.map((flag) => flag !== 0) ?? null;
  if (rule === 'all') return each(() => true);
  if (rule === 'attending') return each((layer) => !recurrent(layer));
  if (rule === 'list') return listed();
  if (numbers.isList(PATTERN_KEY)) return listed();
  const period = numbers.number(PATTERN_KEY) ?? rule.period;
  const end = layers - (numbers.number('nextn_predict_layers') ?? 0);
  // In each period one layer is full; with period 0 none is.
  const full = rule.fullFirst ? 0 : period - 1;
  return each((layer) => layer < end && (period === 0 || layer % period !== full));
}
