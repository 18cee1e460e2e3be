/** The small model that is included, and the word that is typed for it. */

import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../explained-error.js';
import { DEMO } from '../words/demo-model.js';
import type { FileLocation } from './location.js';

const NAME = 'tiny-stories-Q4_K_M.gguf';

/** The folders above the program in which the package may begin: it runs from dist/library or dist/cli, and from src/locate in development. */
const MOST_STEPS = 4;

/** Whether a word stands for the included model: a file or a folder of this name comes first. */
export function isDemo(target: string): boolean {
  return target === DEMO && !existsSync(DEMO);
}

/** What to say of a folder of this name that holds no model; undefined for any other folder. */
export function demoMeant(folder: string): string | undefined {
  return folder === DEMO ? 'a folder named demo hides the included model: run it in another folder' : undefined;
}

/** Where it is, under the name that is typed for it. Throws UsageError where the file was removed. */
export function bundledModel(): FileLocation {
  const path = bundledPath();
  const near = relative(process.cwd(), path);
  const otherwise = near.length < path.length && !near.startsWith('-') ? near : path;
  return { kind: 'file', name: isDemo(DEMO) ? DEMO : otherwise, path };
}

/** Where an executable has what is in it. Files there can be read whole, and not opened. */
const IN_EXECUTABLE = /^(?:\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/;

function bundledPath(): string {
  const address = ownAddress();
  const program = address.startsWith('file:') ? fileURLToPath(address) : address;
  const path = IN_EXECUTABLE.test(program)
    ? (pathAbove(process.execPath) ?? unpacked(join(dirname(program), NAME)))
    : pathAbove(program);
  if (path !== undefined) return path;
  throw new UsageError('no-bundled-model', 'the included model has been removed', 'name another model');
}

/** In what is built the path of the program replaces the address; nothing where others have bundled the library into a module of theirs. */
function ownAddress(): string {
  try {
    return import.meta.url;
  } catch {
    return '';
  }
}

function pathAbove(program: string): string | undefined {
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
  // As the system has them, without a module that every page would load.
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME, TMPDIR, TEMP } = process.env;
  const caches = [XDG_CACHE_HOME || LOCALAPPDATA || (HOME && join(HOME, '.cache')), TMPDIR || TEMP || '/tmp'];
  for (const cache of caches) {
    if (!cache) continue;
    const target = join(cache, 'gguf-explain', NAME);
    try {
      if (statSync(target, { throwIfNoEntry: false })?.size === bytes.length) return target;
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
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
