/**
 * The compute buffers of a projector, for one image or 30 seconds of audio. An estimate from the vectors that a step of its encoder holds
 * at the same time, with flash attention, which llama.cpp uses where the device supports it.
 */

import { MAX_MEMORY_BYTES } from '../gguf/limits.js';
import type { Model } from '../model/model.js';
import { thousands } from './formula.js';
import { modelNumbers } from './model-numbers.js';

export interface ProjectorBuffers {
  bytes: number;
  /** Image patches, or audio steps, that are computed at once. */
  positions: number;
  formula: string;
}

const FLOAT_BYTES = 4;
/** Red, green and blue. */
const CHANNELS = 3;
/** Whisper's encoder halves the 3,000 frames of 30 seconds. */
const STEPS_OF_SOUND = 1500;

/**
 * The buffers for an image with this number of pixels on each side (default: the size that the file states). Null if the model is not a
 * projector, or if its metadata lacks needed numbers.
 */
export function projectorBuffers(model: Model, imageSize?: number): ProjectorBuffers | null {
  const numbers = modelNumbers(model.file);
  if (numbers?.architecture !== 'clip') return null;
  const encoder = (kind: 'vision' | 'audio') => {
    const embedding = numbers.number(`${kind}.embedding_length`);
    const feedForward = numbers.number(`${kind}.feed_forward_length`);
    return embedding && feedForward ? { embedding, feedForward } : null;
  };
  const vision = encoder('vision');
  const side = imageSize ?? numbers.number('vision.image_size');
  const patch = numbers.number('vision.patch_size');
  if (vision && side && patch) {
    const patches = Math.ceil(side / patch) ** 2;
    return buffers(patches, 'patches', vision, CHANNELS * side ** 2);
  }
  const audio = encoder('audio');
  return audio && buffers(STEPS_OF_SOUND, 'steps', audio, 0);
}

/**
 * Buffers of a step: the vector that passes through, its normalized copy, and either queries, keys, values and their result, or twice the
 * inner vector of the network.
 */
function buffers(
  positions: number,
  what: string,
  { embedding, feedForward }: { embedding: number; feedForward: number },
  pixels: number,
): ProjectorBuffers | null {
  const width = Math.max(7 * embedding, 2 * embedding + 2 * feedForward);
  const bytes = (positions * width + pixels) * FLOAT_BYTES;
  if (!(bytes <= MAX_MEMORY_BYTES)) return null;
  const image = pixels === 0 ? '' : ` + ${thousands(pixels)} numbers of the image`;
  const formula = `(${thousands(positions)} ${what} × ${thousands(width)}${image}) × ${FLOAT_BYTES} bytes`;
  return { bytes, positions, formula };
}
