/** What the build makes beside the program: kernels, and the program of threads. */

import { createRequire } from 'node:module';

/** The path of such a file, which stands with the command line, beside the folder of the library; undefined where all runs from the source, which does without. */
export function built(name: 'value-kernels.wasm' | 'worker.cjs'): string | undefined {
  const { resolve } = createRequire(import.meta.url);
  for (const path of [`./${name}`, `../cli/${name}`]) {
    try {
      return resolve(path);
    } catch {
      // It is not there: the next place, or none.
    }
  }
  return undefined;
}
