/** What loaders of llama.cpp ask of the metadata: those of architectures (the book says it of each), and that of projectors. */

import { facetOf } from '../architectures/book.js';
import { DEMANDED_OF_ALL } from '../architectures/key-pieces.js';

/** The keys that the loader of an architecture demands, without their prefix, as far as they are known. */
export function demandsOf(architecture: string | null): readonly string[] {
  return [...DEMANDED_OF_ALL, ...(facetOf(architecture, 'keys') ?? [])];
}

/** The parts of a projector file, by the key that says whether it has one, and what `clip.cpp` demands of each. */
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
