/** What the build makes beside the program: kernels, and the program of threads. */

import { createRequire } from 'node:module';

/** The path of such a file, which stands with the command line, beside the folder of the library; undefined where all runs from the source, which does without. */
export function built(name: 'value-kernels.wasm' | 'worker.cjs'): string | undefined {
  for (const path of [`./${name}`, `../cli/${name}`]) {
    try {
      // Where others have bundled the library into a module of theirs, there may be no address.
      return createRequire(import.meta.url).resolve(path);
    } catch {
      // It is not there: the next place, or none.
    }
  }
  return undefined;
}
