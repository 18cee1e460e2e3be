/** Converts what the user typed to files, for commands that take several: a file, all models in a folder, a glob pattern. */

import { basename, dirname, isAbsolute, join } from 'node:path';
import { notAFile } from '../io/file.js';
import { isRemote, remoteFileName } from '../words/remote-names.js';
import { isOfSet, readShardName } from '../words/shard-names.js';
import { demoMeant } from './bundled-model.js';
import { withoutFileUrl } from './file-url.js';
import { statusOf } from './folder.js';
import { patternOf } from './glob-pattern.js';
import { locateRemote } from './locate.js';
import { LocateError, systemError } from './locate-error.js';
import type { HeadersFor } from './location.js';
import { filesOf, modelsAmong, modelsBelow } from './models-below.js';
import { setAround } from './shards.js';
import { lookAtFile } from './walk.js';

export interface ModelFile {
  /** A path, an address, a hub name, or `-`. */
  path: string;
  /** Whether it was found in a folder or next to a shard rather than named: then it must be a file, not a pipe. */
  found: boolean;
  /** Why it cannot be read, if already known. */
  problem?: LocateError;
}

/** How a target was given, and the settings for looking it up. */
export interface Wanted {
  /** False for a line of a list, which another program may have produced. */
  named?: boolean;
  /** Headers for a server that is asked for the list of models. */
  headers?: HeadersFor | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The files of the models that a target represents, sorted; a folder is searched with its subfolders, and a repository of a hub is treated
 * the same way. The shell expands most globs; quoted ones arrive here. Throws LocateError if there are none. A path that leads nowhere is
 * returned unchanged: the code that opens it reports why it cannot be read.
 */
export async function modelFiles(word: string, { named = true, headers, signal }: Wanted = {}): Promise<ModelFile[]> {
  const target = withoutFileUrl(word);
  if (isRemote(target)) {
    if (!mayBeRepository(target)) return [{ path: target, found: false }];
    const { modelsOfRepository } = await import('./remote.js');
    const models = await modelsOfRepository(locateRemote(target, headers, signal));
    return models.map((path) => ({ path, found: false }));
  }
  const status = target === '-' ? undefined : statusOf(target);
  if (status?.isDirectory()) return filesBelow(target);
  if (status?.isFile()) return filesOfSet(target);
  if (status !== undefined && !named) {
    return [{ path: target, found: true, problem: systemError(target, notAFile(status)) }];
  }
  const pattern = status === undefined ? patternOf(target) : undefined;
  if (pattern === undefined) return [{ path: target, found: false }];
  const paths = await pathsMatching(target, pattern);
  if (paths.length === 0) throw new LocateError('no-models', target, 'no file matches the pattern');
  return filesMatched(paths.sort());
}

/** Whether the target is a repository of a hub, or a folder in one, such as `hf:owner/repo`, without a file or quantization. */
function mayBeRepository(target: string): boolean {
  return /^(?:hf|ms):/i.test(target) && remoteFileName(target) === null;
}

async function pathsMatching(typed: string, pattern: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  try {
    return await glob(pattern, { absolute: isAbsolute(pattern), expandDirectories: false, dot: true });
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') throw systemError(typed, error);
    throw new LocateError('no-models', typed, 'no file has this name, and no file matches it as a pattern');
  }
}

/** A shard represents all existing files of its set, including those numbered beyond its end. */
function filesOfSet(path: string): ModelFile[] {
  const shard = readShardName(path);
  if (shard === null || shard.count < 2 || !isOfSet(shard)) return [{ path, found: true }];
  const { members, surplus } = setAround(path);
  return [...members, ...surplus].map((fileName) => ({ path: besideFile(path, fileName), found: true }));
}

/** A path in the same folder, spelled like the given path. */
function besideFile(path: string, fileName: string): string {
  return fileName === basename(path) ? path : join(dirname(path), fileName);
}

/** The same for each file that a pattern matches, each once. */
function filesMatched(paths: readonly string[]): ModelFile[] {
  const files = new Map<string, ModelFile>();
  for (const model of modelsAmong(paths.map(lookAtFile))) {
    for (const { path, problem } of filesOf(model)) {
      if (files.has(path)) continue;
      if (problem !== undefined) files.set(path, { path, found: true, problem });
      else for (const file of filesOfSet(path)) files.set(file.path, file);
    }
  }
  return [...files.values()];
}

/**
 * A dangling link is kept: its model is missing, which must be reported. So is a subfolder that was not searched, because its contents are
 * unknown.
 */
function filesBelow(folder: string): ModelFile[] {
  const { models, passedOver } = modelsBelow(folder);
  if (models.length === 0 && passedOver.length === 0) {
    throw new LocateError('no-models', folder, 'the folder contains no .gguf file', demoMeant(folder));
  }
  return [
    ...models.flatMap(filesOf).map(({ path, problem }) => ({ path, found: true, ...(problem && { problem }) })),
    ...passedOver.map((problem) => ({ path: problem.target, found: true, problem })),
  ];
}
