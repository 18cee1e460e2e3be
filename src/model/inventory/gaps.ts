/** Finds missing tensors without knowing the architecture, only from the numbers of layers and experts. */

import { type GgufFile, metadataValue } from '../../gguf/decode.js';
import { MOST_EXPERTS, MOST_LAYERS } from '../../words/llama-cpp.js';
import type { ModelTensor } from '../model.js';

/**
 * Layers that are missing completely, such as `blk.3.*`, and experts that are missing while others in the same layer are present, such as
 * `blk.3.ffn_up.5.weight`.
 */
export function gapsIn(tensors: readonly ModelTensor[], architecture: string, file: GgufFile): string[] {
  const blocks = tensors.filter(({ classified }) => classified.trunk === 'blk');
  return [
    ...missingLayers(blocks, metadataValue(file, `${architecture}.block_count`)),
    ...missingExperts(blocks, metadataValue(file, `${architecture}.expert_count`)),
  ];
}

function missingLayers(blocks: readonly ModelTensor[], count: unknown): string[] {
  if (blocks.length === 0 || typeof count !== 'number' || count > MOST_LAYERS) return [];
  const present = new Set(blocks.map(({ classified }) => classified.layer));
  return Array.from({ length: count }, (_, layer) => layer)
    .filter((layer) => !present.has(layer))
    .map((layer) => `blk.${layer}.*`);
}

/** In files of 2023 each expert is a separate tensor, with a number after the name of its matrix. */
function missingExperts(blocks: readonly ModelTensor[], count: unknown): string[] {
  if (typeof count !== 'number' || count > MOST_EXPERTS) return [];
  const sets = new Map<string, Set<number>>();
  for (const { name, classified } of blocks) {
    const { expert } = classified;
    if (expert === null) continue;
    const at = name.lastIndexOf(`.${expert}.`);
    const set = `${name.slice(0, at)}.{}.${name.slice(at + `.${expert}.`.length)}`;
    sets.set(set, (sets.get(set) ?? new Set()).add(expert));
  }
  // If most experts are missing, the file has a different structure than the count suggests, or it was made to cause work.
  const nearlyWhole = [...sets].filter(([, present]) => present.size * 2 > count);
  return nearlyWhole.flatMap(([set, present]) =>
    Array.from({ length: count }, (_, expert) => expert)
      .filter((expert) => !present.has(expert))
      .map((expert) => set.replace('{}', String(expert))),
  );
}
