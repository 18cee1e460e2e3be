/** The small included model, and the word `demo` that selects it. */

import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../explained-error.js';
import { DEMO } from '../words/demo-model.js';
import type { FileLocation } from './location.js';

const NAME = 'tiny-stories-Q4_K_M.gguf';

/**
 * How many folders above this module to search for the package root: it runs from dist/library or dist/cli, and from src/locate in
 * development.
 */
const MOST_STEPS = 4;

/** Whether a word selects the included model: a file or folder with this name takes precedence. */
export function isDemo(target: string): boolean {
  return target === DEMO && !existsSync(DEMO);
}

/** The hint for a folder with this name without a model; undefined for any other folder. */
export function demoMeant(folder: string): string | undefined {
  return folder === DEMO ? 'a folder named demo hides the included model: run it in another folder' : undefined;
}

/** Its location, under the name that the user types. Throws UsageError if the file was removed. */
export function bundledModel(): FileLocation {
  const path = bundledPath();
  const near = relative(process.cwd(), path);
  const otherwise = near.length < path.length && !near.startsWith('-') ? near : path;
  return { kind: 'file', name: isDemo(DEMO) ? DEMO : otherwise, path };
}

/** The paths of files embedded in an executable. Such files can be read as a whole, but not opened. */
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

/**
 * In built programs, the program's path replaces the module's address; undefined if others have bundled the library into their own module.
 */
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

/** Copies the model embedded in an executable to where it can be opened; undefined if no place is writable. */
function unpacked(path: string): string | undefined {
  const bytes = readFileSync(path);
  // The system's cache folders, determined without a module that every page would have to load.
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
      // The disk is full or not writable: try the next place.
    }
  }
  return undefined;
}
