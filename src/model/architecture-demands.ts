/** The keys that llama.cpp's loaders demand: for architectures (from the book), and for projectors. */

import { facetOf } from '../architectures/book.js';
import type { Condition } from '../architectures/conditions.js';
import { DEMANDED_OF_ALL } from '../architectures/key-pieces.js';
import type { GgufFile } from '../gguf/decode.js';
import { circumstances, numbersOf } from './circumstances.js';

/** The keys that the loader of an architecture demands from this file, as far as they are known, with the prefix they have in the file. */
export function demandsOf(architecture: string, file: Pick<GgufFile, 'metadata'>): readonly string[] {
  const demands = facetOf(architecture, 'keys') ?? [];
  const number = numbersOf(architecture, file);
  const blockCount = number('block_count', 0, 0) ?? 0;
  const holds = (condition: Condition) => condition(circumstances(number, blockCount, 0, () => false)) === true;
  const full = (key: string) => `${architecture}.${key}`;
  return [...DEMANDED_OF_ALL, ...demands].flatMap((demand) => {
    if (typeof demand === 'string') return [full(demand)];
    if ('whole' in demand) return [demand.whole];
    return holds(demand.condition) ? demand.keys.map(full) : [];
  });
}

/** The parts of a projector file, by the key that says whether the file has the part, and the keys that `clip.cpp` demands for each. */
export const PROJECTOR_DEMANDS: Readonly<Record<string, readonly string[]>> = {
  has_vision_encoder: [
    ...['embedding_length', 'attention.head_count', 'feed_forward_length', 'block_count', 'projection_dim'],
    ...['attention.layer_norm_epsilon', 'image_size', 'patch_size', 'image_mean', 'image_std'],
  ].map((key) => `vision.${key}`),
  has_audio_encoder: [
    ...['embedding_length', 'attention.head_count', 'feed_forward_length', 'block_count', 'projection_dim'],
    ...['attention.layer_norm_epsilon', 'num_mel_bins'],
  ].map((key) => `audio.${key}`),
};
