/** The small model that comes with the program. */

import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../explained-error.js';

const FILE = join('fixtures', 'tiny-stories-Q4_K_M.gguf');

/** The folders above the program in which the package may begin: it runs from dist/library or dist/cli, and from src/library in development. */
const MOST_STEPS = 4;

/** What is typed for it: the shorter of the path from here and the whole path. Throws UsageError where the file was removed. */
export function bundledModel(): string {
  // In the command line the build writes the path of the program in place of its address.
  const program: string = import.meta.url;
  let folder = dirname(program.startsWith('file:') ? fileURLToPath(program) : program);
  for (let step = 0; step < MOST_STEPS; step++) {
    const path = join(folder, FILE);
    if (existsSync(path)) {
      const near = relative(process.cwd(), path);
      return near.length < path.length && !near.startsWith('-') ? near : path;
    }
    folder = dirname(folder);
  }
  throw new UsageError(
    'no-bundled-model',
    'the model that comes with the program is not there',
    'name a model of yours',
  );
}
