/** Layers that lack one tensor which all other layers of their kind have. */

import type { ModelTensor } from '../model.js';

/** Number of layers that must have a tensor before a layer without it is reported. */
const FEWEST_ALIKE = 3;

/**
 * The names of tensors that are missing from a single layer, while at least three other layers have them and are otherwise equal. Layers of
 * hybrid models differ in more than one tensor, so they are compared only with their own kind. Tensors that are `required` in any layer are
 * left out, because for these it is known which layers must have them.
 */
export function loneGaps(tensors: readonly ModelTensor[], required: ReadonlySet<string> = new Set()): string[] {
  const kinds = kindsOfLayers(tensors);
  const common = kinds.filter(({ layers }) => layers.length >= FEWEST_ALIKE);
  const gaps: string[] = [];
  for (const kind of kinds) {
    const [layer] = kind.layers;
    if (kind.layers.length > 1 || layer === undefined) continue;
    for (const other of common) {
      if (other.patterns.size !== kind.patterns.size + 1) continue;
      const lacked = [...other.patterns].filter((pattern) => !kind.patterns.has(pattern));
      const [pattern] = lacked;
      if (lacked.length !== 1 || pattern === undefined) continue;
      if (other.layers.some((having) => required.has(nameAt(pattern, having)))) continue;
      gaps.push(nameAt(pattern, layer));
    }
  }
  return gaps;
}

/** Layers with the same tensors, by the patterns of their names. */
interface Kind {
  patterns: ReadonlySet<string>;
  layers: number[];
}

function kindsOfLayers(tensors: readonly ModelTensor[]): Kind[] {
  const layers = new Map<number, Set<string>>();
  for (const { classified } of tensors) {
    const { trunk, layer, pattern } = classified;
    if (trunk !== 'blk' || layer === null) continue;
    layers.set(layer, (layers.get(layer) ?? new Set()).add(pattern));
  }
  const kinds = new Map<string, Kind>();
  for (const [layer, patterns] of layers) {
    const key = [...patterns].sort().join('\n');
    const kind = kinds.get(key);
    if (kind) kind.layers.push(layer);
    else kinds.set(key, { patterns, layers: [layer] });
  }
  return [...kinds.values()];
}

function nameAt(pattern: string, layer: number): string {
  return pattern.replace('{}', String(layer));
}
