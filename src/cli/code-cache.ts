/**
 * Compiled code that is kept from one run to the next. A build keeps it beside the program. Of a packed install the first run keeps it
 * in the user's cache folder, under the version of Node and the digest of the build, as the engine compares no more than the length of a
 * source. Where nothing can be written, or the folder is not the user's own, the program runs without.
 */

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Script } from 'node:vm';

/** The digest of all pieces, put in by the build. */
declare const BUILD_ID: string;

const ENGINE = `${process.version}-${process.arch}`;

/** Where a build keeps the compiled code of a piece. */
export function builtCachePath(folder: string, name: string): string {
  return `${folder}/${name}.${ENGINE}.cache`;
}

/** The compiled code of a piece; undefined where there is none that may be trusted. */
export function cachedCode(folder: string, name: string): Buffer | undefined {
  return codeIn(builtCachePath(folder, name)) ?? ownCode(name);
}

function ownCode(name: string): Buffer | undefined {
  const own = ownFolder();
  return own !== undefined && belongsToUser(own) ? codeIn(`${own}/${name}.cache`) : undefined;
}

/** Asks first: Node takes longer to make an error than to read the file. */
function codeIn(path: string): Buffer | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(path);
  } catch {
    return undefined;
  }
}

const toKeep = new Map<string, Script>();
let listening = false;

/** Keeps nothing of what has been loaded so far: it was left before it had shown what is needed of it. */
export function keepNothingYet(): void {
  toKeep.clear();
}

/** Keeps the compiled code of a piece for the runs to come, when the run has shown what is needed of it. */
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
    // A full or read-only disk: the next run compiles again.
    rmSync(written, { force: true });
  }
}

/** One folder at a time: asked for all of them at once, Node tries for ever below /proc. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The folder for this build and this Node; undefined where the system names none, or GGUF_EXPLAIN_CODE_CACHE is 0. */
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

/** Whoever else could write into the folder could have this user run anything. */
function belongsToUser(folder: string): boolean {
  if (process.getuid === undefined) return true;
  try {
    const { uid, mode } = statSync(folder);
    return uid === process.getuid() && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}
