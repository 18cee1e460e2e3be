/**
 * What the user typed → where the bytes are. A path is a file; a folder stands for the one model in it; `-` is standard input. An
 * address or a name of a hub has to be looked up (remote.ts), which no start on a file may load.
 */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isOfSet, readShardName, setName } from '../guide/shard-names.js';
import { withoutSecrets } from '../guide/without-secrets.js';
import { LocateError, severalModels, systemError } from './locate-error.js';
import type { FileLocation, Found, HeadersFor, Location, StreamLocation } from './location.js';
import { fileOrSet } from './shards.js';

/** Whether a word is an address or a name that has to be looked up. A file of such a name is `./hf:…`. */
export function isRemote(target: string): boolean {
  return /^(?:https?:\/\/|hf:|ollama:)/i.test(target);
}

/** The name of the file at the end of an address or a name of a hub; null where it does not end in one. */
export function remoteFileName(target: string): string | null {
  return /(?<![^/?#=])([^/?#=]+\.gguf)(?=[@?#]|$)/i.exec(target)?.[1] ?? null;
}

/** Any shard stands for its set. Throws LocateError where there is nothing to read, or more than one thing. `headers` are for a server, if one is asked, and `signal` ends the asking. */
export function locate(target: string, headers: HeadersFor = () => ({}), signal?: AbortSignal): Location {
  if (target === '-') return { kind: 'stream', name: '-', path: null };
  if (isRemote(target)) return { kind: 'remote', name: withoutSecrets(target), path: null, target, headers, signal };
  if (statOf(target).isDirectory()) return fileOrSet(target, onlyModelIn(target));
  const found = locateFile(target);
  return found.kind === 'file' ? fileOrSet(target, target) : found;
}

/** A path, or `-`, as that one file, whether it is a shard or not. Throws LocateError where it does not exist. */
export function locateFile(target: string): FileLocation | StreamLocation {
  if (target === '-') return { kind: 'stream', name: '-', path: null };
  return { kind: statOf(target).isFile() ? 'file' : 'stream', name: target, path: target };
}

/** The same location, or what a remote one stands for. Throws LocateError. */
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

function isBeyondSet(name: string): boolean {
  const shard = readShardName(name);
  return shard !== null && !isOfSet(shard);
}

function onlyModelIn(folder: string): string {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.toLowerCase().endsWith('.gguf'));
  } catch (error) {
    throw systemError(folder, error);
  }
  // Any file of a set stands for all of them, but for one that is named beyond its end.
  const members = names.sort().filter((name) => !isBeyondSet(name));
  const models = new Map([...names.filter(isBeyondSet), ...members].map((name) => [setName(name) ?? name, name]));
  const [first, ...others] = models.values();
  if (first === undefined) throw new LocateError('no-models', folder, 'the folder holds no .gguf file');
  if (others.length > 0) throw severalModels(folder, `the folder holds ${models.size} models`, [first, ...others]);
  return join(folder, first);
}
