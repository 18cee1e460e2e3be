/** What can be told to be missing without knowing the architecture: from the numbers of layers and experts alone. */

import { type GgufFile, metadataValue } from '../../gguf/decode.js';
import { MOST_EXPERTS, MOST_LAYERS } from '../../words/llama-cpp.js';
import type { ModelTensor } from '../model.js';

/**
 * Layers of which nothing is there, as `blk.3.*`, and experts that are not there while others of the same layer are, as
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

/** Experts in files of 2023 stand apart, each with a number behind the name of its matrix. */
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
  // Where most are missing the file is made otherwise than the count says, or to make somebody count.
  const nearlyWhole = [...sets].filter(([, present]) => present.size * 2 > count);
  return nearlyWhole.flatMap(([set, present]) =>
    Array.from({ length: count }, (_, expert) => expert)
      .filter((expert) => !present.has(expert))
      .map((expert) => set.replace('{}', String(expert))),
  );
}
