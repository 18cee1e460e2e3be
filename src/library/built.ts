/** What the build puts next to the program: compiled kernels, and the worker program. */

import { createRequire } from 'node:module';

/**
 * The path of such a file. It lies in the folder of the command line, next to the library's folder; undefined when running from source,
 * which works without it.
 */
export function built(name: 'value-kernels.wasm' | 'worker.cjs'): string | undefined {
  for (const path of [`./${name}`, `../cli/${name}`]) {
    try {
      // If the library was bundled into another module, `import.meta.url` may be missing.
      return createRequire(import.meta.url).resolve(path);
    } catch {
      // Not there: try the next place.
    }
  }
  return undefined;
}
