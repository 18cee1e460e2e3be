/** ggml's own numbers: blocks of each type and the float32 values that it makes of them. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURES_FOLDER, SHARED_FOLDER } from './places.js';

export interface Golden {
  type: string;
  blocks: Uint8Array;
  /** The values as bits. */
  bits: Uint32Array;
}

/** A few blocks of each type, which are always there. */
export const GOLDEN_FIXTURES = join(FIXTURES_FOLDER, 'quants');

/** Some thousand numbers of each type, which may be absent. */
export const GOLDEN_SHARED = join(SHARED_FOLDER, 'golden');

/** All types of a folder; none where it is absent. */
export function goldenIn(folder: string): Golden[] {
  if (!existsSync(folder)) return [];
  const types = readdirSync(folder)
    .filter((name) => name.endsWith('.blocks'))
    .map((name) => name.slice(0, -'.blocks'.length));
  return types.map((type) => {
    const floats = Uint8Array.from(readFileSync(join(folder, `${type}.f32`)));
    return {
      type,
      blocks: Uint8Array.from(readFileSync(join(folder, `${type}.blocks`))),
      bits: new Uint32Array(floats.buffer),
    };
  });
}
