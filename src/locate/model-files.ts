/** What the user typed → the files that it stands for, for commands that take many: a file, all models in a folder, a glob. */

import { readdirSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { statusOf } from './folder.js';
import { isRemote } from './locate.js';
import { LocateError, systemError } from './locate-error.js';
import { fileOrSet } from './shards.js';

/**
 * The paths of the models that a target stands for, sorted; a folder is searched with all folders in it. The shell expands most
 * globs; those in quotes arrive here. Throws LocateError where there are none. A path that leads nowhere is returned as it is:
 * whoever opens it says why it cannot be read.
 */
export async function modelFiles(target: string): Promise<string[]> {
  if (isRemote(target)) return [target];
  const status = target === '-' ? undefined : statusOf(target);
  if (status?.isDirectory()) return modelsBelow(target);
  if (status?.isFile()) return filesOfSet(target);
  if (status !== undefined || !/[*?[\]{}]/.test(target)) return [target];
  const { glob } = await import('tinyglobby');
  const paths = await glob(target, { absolute: isAbsolute(target), expandDirectories: false, dot: true });
  if (paths.length === 0) throw new LocateError('no-models', target, 'no file matches the pattern');
  return [...new Set(paths.sort().flatMap(filesOfSet))];
}

/** A shard stands for all files that are there of its set, those too that are named beyond its end. */
function filesOfSet(path: string): string[] {
  const found = fileOrSet(path, path);
  if (found.kind === 'file') return [path];
  const beyond = found.surplus.map((fileName) => join(dirname(path), fileName));
  return [...found.shards.map(({ location }) => location.name), ...beyond];
}

function modelsBelow(folder: string): string[] {
  let paths: string[];
  try {
    paths = modelPathsIn(folder);
  } catch (error) {
    throw systemError(folder, error);
  }
  if (paths.length === 0) throw new LocateError('no-models', folder, 'the folder holds no .gguf file');
  return paths.sort();
}

/**
 * A link that leads nowhere stays: its model is missing, which is worth a verdict. So does a folder inside that this user may not
 * read, as what it holds is not known.
 */
function modelPathsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return /\.gguf$/i.test(entry.name) && !statusOf(path)?.isDirectory() ? [path] : [];
    try {
      return modelPathsIn(path);
    } catch {
      return [path];
    }
  });
}
