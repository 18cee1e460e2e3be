/** The small model that is included, and the word that is typed for it. */

import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../explained-error.js';
import type { FileLocation } from './location.js';

const FILE = join('fixtures', 'tiny-stories-Q4_K_M.gguf');

/** `gguf-explain demo`; a file or a folder of this name comes first. */
const DEMO = 'demo';

/** The folders above the program in which the package may begin: it runs from dist or dist/cli, and from src/locate in development. */
const MOST_STEPS = 4;

/** Whether a word stands for the included model. */
export function isDemo(target: string): boolean {
  return target === DEMO && !existsSync(DEMO);
}

/** Where it is, under the name that is typed for it. Throws UsageError where the file was removed. */
export function bundledModel(): FileLocation {
  const path = bundledPath();
  const near = relative(process.cwd(), path);
  const otherwise = near.length < path.length && !near.startsWith('-') ? near : path;
  return { kind: 'file', name: isDemo(DEMO) ? DEMO : otherwise, path };
}

function bundledPath(): string {
  // In the command line the build writes the path of the program in place of its address.
  const program: string = import.meta.url;
  let folder = dirname(program.startsWith('file:') ? fileURLToPath(program) : program);
  for (let step = 0; step < MOST_STEPS; step++) {
    const path = join(folder, FILE);
    if (existsSync(path)) return path;
    folder = dirname(folder);
  }
  throw new UsageError('no-bundled-model', 'the included model has been removed', 'name a model of yours');
}
