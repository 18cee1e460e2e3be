/**
 * Converts what the user typed to a location. A path is a file; a folder represents the one model in it; `-` is standard input. An address
 * or hub name must be looked up (remote.ts), whose code must not be loaded for local files.
 */

import { statSync } from 'node:fs';
import { normalize, relative, sep } from 'node:path';
import { isRemote } from '../words/remote-names.js';
import { withoutSecrets } from '../words/without-secrets.js';
import { bundledModel, demoMeant, isDemo } from './bundled-model.js';
import { LocateError, severalModels, systemError } from './locate-error.js';
import type {
  FileLocation,
  Found,
  HeadersFor,
  Location,
  RemoteLocation,
  ShardsLocation,
  StreamLocation,
} from './location.js';
import { filesOf, modelsBelow, type WalkedModel } from './models-below.js';
import { fileOrSet } from './shards.js';
import type { WalkedFile } from './walk.js';

/**
 * Any shard represents its set. Throws LocateError if there is nothing to read, or more than one model. `headers` are for servers, and
 * `signal` aborts requests.
 */
export function locate(target: string, headers: HeadersFor = () => ({}), signal?: AbortSignal): Location {
  if (target === '-') return { kind: 'stream', name: '-', path: null };
  if (isRemote(target)) return locateRemote(target, headers, signal);
  if (isDemo(target)) return bundledModel();
  if (statOf(target).isDirectory()) return fileOrSet(target, onlyModelIn(target));
  const found = locateFile(target);
  return found.kind === 'file' ? fileOrSet(target, target) : found;
}

/** An address, or a name of a hub or store, as in `locate`. */
export function locateRemote(target: string, headers: HeadersFor = () => ({}), signal?: AbortSignal): RemoteLocation {
  return { kind: 'remote', name: withoutSecrets(target), path: null, target, headers, signal };
}

/** A path, or `-`, as a single file, even if it is a shard. Throws LocateError if it does not exist. */
export function locateFile(target: string): FileLocation | StreamLocation {
  if (target === '-') return { kind: 'stream', name: '-', path: null };
  if (isDemo(target)) return bundledModel();
  return { kind: statOf(target).isFile() ? 'file' : 'stream', name: target, path: target };
}

/** A path found in a folder or list, as a file or the set it belongs to. It may not be a pipe: opening one fails. */
export function locateFound(path: string): FileLocation | ShardsLocation {
  return fileOrSet(path, path);
}

/** The same as a single file, even if it is a shard. */
export function locateFoundFile(path: string): FileLocation {
  return { kind: 'file', name: path, path };
}

/** The location itself, or the result of looking up a remote one. Throws LocateError. */
export async function located(location: Location): Promise<Found> {
  return location.kind === 'remote' ? (await import('./remote.js')).findOneRemote(location) : location;
}

function statOf(path: string): ReturnType<typeof statSync> & object {
  try {
    return statSync(path) as ReturnType<typeof statSync> & object;
  } catch (error) {
    throw systemError(path, error);
  }
}

/**
 * The path of the only model in a folder; for a set, any of its files. A model in the folder itself takes precedence over those in
 * subfolders.
 */
function onlyModelIn(folder: string): string {
  const { models: all, passedOver } = modelsBelow(folder);
  const own = all.filter((model) => !relative(folder, pathOf(model)).includes(sep));
  const models = own.length > 0 ? own : all;
  const [first, ...others] = models;
  if (first === undefined) {
    if (passedOver[0] !== undefined) throw passedOver[0];
    throw new LocateError('no-models', folder, 'the folder contains no .gguf file', demoMeant(folder));
  }
  if (others.length > 0) {
    // As the folder was typed, so that a name can be pasted.
    const names = models.map((model) => normalize(pathOf(model)));
    throw severalModels(folder, `the folder holds ${models.length} models`, names);
  }
  const problem = filesOf(first).find((file) => file.problem !== undefined)?.problem;
  if (problem !== undefined) throw problem;
  return pathOf(first);
}

function pathOf(model: WalkedModel): string {
  return (model.files[0] as WalkedFile).path;
}
