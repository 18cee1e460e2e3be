/** ggml's own numbers: blocks of each type and the float32 values that ggml computes from them. */

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FIXTURES_FOLDER, filesIn } from './places.js';

export interface GoldenBlocks {
  type: string;
  blocks: Uint8Array;
  /** The bit patterns of the values. */
  bits: Uint32Array;
}

/** At least 2,048 numbers of each type. */
export const GOLDEN_BLOCKS: readonly GoldenBlocks[] = filesIn(join(FIXTURES_FOLDER, 'quants'), '.blocks').map(
  (path) => {
    const floats = Uint8Array.from(readFileSync(path.replace(/blocks$/, 'f32')));
    return {
      type: basename(path, '.blocks'),
      blocks: Uint8Array.from(readFileSync(path)),
      bits: new Uint32Array(floats.buffer),
    };
  },
);
