/** What the build puts beside the command line: kernels, and the program of threads. */

import { createRequire } from 'node:module';

/** The path of such a file; undefined where the program runs from its source, which does without. */
export function built(name: 'value-kernels.wasm' | 'worker.cjs'): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`./${name}`);
  } catch {
    return undefined;
  }
}
