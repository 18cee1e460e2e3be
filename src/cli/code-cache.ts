/**
 * Keeps compiled code from one run to the next. The build keeps it next to the program. With a packed install, the first run keeps it in
 * the user's cache folder, under the version of Node and the digest of the build, because the engine checks nothing but the length of a
 * source. If nothing can be written, or the folder does not belong to the user, the program runs without it.
 */

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Script } from 'node:vm';

/** The digest of all pieces, inserted by the build. */
declare const BUILD_ID: string;

const ENGINE = `${process.version}-${process.arch}`;

/** The path where the build keeps the compiled code of a piece. */
export function builtCachePath(folder: string, name: string): string {
  return `${folder}/${name}.${ENGINE}.cache`;
}

/** The compiled code of a piece; undefined if no trustworthy code is kept. */
export function cachedCode(folder: string, name: string): Buffer | undefined {
  return codeIn(builtCachePath(folder, name)) ?? ownCode(name);
}

function ownCode(name: string): Buffer | undefined {
  const own = ownFolder();
  return own !== undefined && belongsToUser(own) ? codeIn(`${own}/${name}.cache`) : undefined;
}

/** Checks first that the file exists: creating an error takes Node longer than reading the file. */
function codeIn(path: string): Buffer | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(path);
  } catch {
    return undefined;
  }
}

const toKeep = new Map<string, Script>();
let listening = false;

/** Forgets the pieces loaded so far: the short way was left early, so the run has not shown which of their functions are needed. */
export function keepNothingYet(): void {
  toKeep.clear();
}

/** Keeps the compiled code of a piece at exit, when the run has shown which functions are needed. */
export function keepAtExit(name: string, script: Script): void {
  const folder = ownFolder();
  if (folder === undefined) return;
  if (!listening) {
    listening = true;
    process.once('exit', () => {
      for (const [piece, compiled] of toKeep) keepCode(folder, piece, compiled);
    });
  }
  toKeep.set(name, script);
}

function keepCode(folder: string, name: string, script: Script): void {
  const written = `${folder}/${name}.${process.pid}`;
  try {
    for (const step of [dirname(dirname(folder)), dirname(folder), folder]) makeFolder(step);
    if (!belongsToUser(folder)) return;
    writeFileSync(written, script.createCachedData(), { mode: 0o600, flag: 'wx' });
    renameSync(written, `${folder}/${name}.cache`);
  } catch {
    // The disk is full or read-only: the next run compiles again.
    rmSync(written, { force: true });
  }
}

/** One folder at a time: asked for all at once, Node never returns below /proc. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * The folder for this build and this version of Node; undefined if the system names no cache folder, or if GGUF_EXPLAIN_CODE_CACHE is 0.
 */
function ownFolder(): string | undefined {
  const { env, platform } = process;
  if (env.GGUF_EXPLAIN_CODE_CACHE === '0') return undefined;
  const home = env.HOME;
  const top =
    platform === 'win32'
      ? env.LOCALAPPDATA
      : env.XDG_CACHE_HOME || (home && (platform === 'darwin' ? `${home}/Library/Caches` : `${home}/.cache`));
  return top ? `${top}/gguf-explain/${BUILD_ID}-${ENGINE}` : undefined;
}

/** Any other user who can write into the folder could make this user run any code. */
function belongsToUser(folder: string): boolean {
  if (process.getuid === undefined) return true;
  try {
    const { uid, mode } = statSync(folder);
    return uid === process.getuid() && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}
