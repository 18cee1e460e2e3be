/**
 * What a projector computes with: buffers for one image, or for half a minute of sound. An estimate by the vectors that a step of its
 * encoder holds side by side, with flash attention, as llama.cpp uses it where the device can.
 */

import { MAX_MEMORY_BYTES } from '../gguf/limits.js';
import type { Model } from '../model/model.js';
import { thousands } from './formula.js';
import { modelNumbers } from './model-numbers.js';

export interface ProjectorBuffers {
  bytes: number;
  /** Patches of the image, or steps of sound, that are computed at once. */
  positions: number;
  formula: string;
}

const FLOAT_BYTES = 4;
/** Red, green and blue. */
const CHANNELS = 3;
/** Whisper's encoder halves the 3,000 frames of half a minute. */
const STEPS_OF_SOUND = 1500;

/**
 * The buffers for an image of so many pixels on each side; that which the file names where none is asked for. Null for what is not a
 * projector, or one whose metadata does not say enough.
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

/** Of a step: the vector that passes, its normalized copy, and queries, keys, values and their outcome, or what the network has inside, twice. */
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
