/** The small model that comes with the program. */

import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../explained-error.js';

const NAME = 'tiny-stories-Q4_K_M.gguf';

/** The folders above the program in which the package may begin: it runs from dist/library or dist/cli, and from src/library in development. */
const MOST_STEPS = 4;

/** Where an executable has what is in it. Files there can be read whole, and not opened. */
const IN_EXECUTABLE = /^(?:\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/;

/** What is typed for it: the shorter of the path from here and the whole path. Throws UsageError where the file was removed. */
export function bundledModel(): string {
  // In the command line the build writes the path of the program in place of its address.
  const address: string = import.meta.url;
  const program = address.startsWith('file:') ? fileURLToPath(address) : address;
  const path = IN_EXECUTABLE.test(program)
    ? (modelAbove(process.execPath) ?? unpacked(join(dirname(program), NAME)))
    : modelAbove(program);
  if (path === undefined) {
    throw new UsageError(
      'no-bundled-model',
      'the model that comes with the program is not there',
      'name a model of yours',
    );
  }
  const near = relative(process.cwd(), path);
  return near.length < path.length && !near.startsWith('-') ? near : path;
}

function modelAbove(program: string): string | undefined {
  let folder = dirname(program);
  for (let step = 0; step < MOST_STEPS; step++) {
    const path = join(folder, 'fixtures', NAME);
    if (existsSync(path)) return path;
    folder = dirname(folder);
  }
  return undefined;
}

/** Puts the model that is in an executable where it can be opened; undefined where nothing can be written. */
function unpacked(path: string): string | undefined {
  const bytes = readFileSync(path);
  const cache = process.env.XDG_CACHE_HOME || process.env.LOCALAPPDATA || join(homedir(), '.cache');
  for (const folder of [join(cache, 'gguf-explain'), tmpdir()]) {
    const target = join(folder, NAME);
    try {
      if (statSync(target, { throwIfNoEntry: false })?.size === bytes.length) return target;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const written = `${target}.${process.pid}`;
      writeFileSync(written, bytes, { flag: 'wx' });
      renameSync(written, target);
      return target;
    } catch {
      // A disk that is full or may not be written to: the next place, or none.
    }
  }
  return undefined;
}
