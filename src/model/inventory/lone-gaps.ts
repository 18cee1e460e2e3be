/** Layers that differ from all others of their kind by one tensor that they lack. */

import type { ModelTensor } from '../model.js';

/** So many layers must have a tensor before one without it is remarkable. */
const FEWEST_ALIKE = 3;

/**
 * The names of tensors that one layer alone lacks, while at least three others have it and are the same in all else. Layers of
 * hybrids differ in more than one tensor, so that they are compared with their own kind only. What is `required` in any layer is
 * left out: there it is known which layers must have it.
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
