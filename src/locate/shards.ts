/** Finds all files of a split model from one of them, only by their names; their contents are read later. */

import { basename, dirname, join } from 'node:path';
import { isExplained } from '../explained-error.js';
import {
  groupShards,
  isOfSet,
  readShardName,
  type ShardName,
  setName,
  shardName,
  tooManyShards,
} from '../words/shard-names.js';
import { LocateError, systemError } from './locate-error.js';
import type { FileLocation, OneFile, ShardLocation, ShardsLocation } from './location.js';
import { namesBySet } from './names-by-set.js';

/** A local file, or the set that it is a shard of. */
export function fileOrSet(name: string, path: string): FileLocation | ShardsLocation {
  const own = basename(path);
  const shard = shardOf(name, own);
  if (shard === null) return { kind: 'file', name, path };
  const { members, surplus } = setAround(path);
  const shards = members.map((fileName) => {
    const beside = join(dirname(path), fileName);
    return member(fileName, own, { kind: 'file', name: beside, path: beside });
  });
  return { kind: 'shards', name, path: null, count: shard.count, shards, surplus };
}

/**
 * The names of the existing files of a set, found from any file named like one of them. `surplus` are files numbered beyond its end. Throws
 * LocateError for a set that is too large, and if the folder cannot be read.
 */
export function setAround(path: string): { members: string[]; surplus: string[] } {
  const own = basename(path);
  shardOf(path, own);
  const names = inSet(dirname(path), own);
  const surplus = names.filter((fileName) => !isOfSet(readShardName(fileName) as ShardName)).sort();
  const [set] = groupShards(names, (fileName) => fileName);
  if (set === undefined || set.of === null) return { members: [], surplus };
  // If two files have the same number, because their extensions differ in case, the named one is used.
  return { members: set.members.map((fileName) => (isSameNumber(fileName, own) ? own : fileName)), surplus };
}

function isSameNumber(one: string, other: string): boolean {
  return readShardName(one)?.no === readShardName(other)?.no;
}

/** Names in a folder that look like files of the set. */
function inSet(folder: string, fileName: string): readonly string[] {
  try {
    return namesBySet(folder).get(setName(fileName) ?? '') ?? [];
  } catch (error) {
    throw systemError(folder, error);
  }
}

/**
 * A file located by `find`, or all files of the set according to its name, without those that `find` knows to be missing. Throws
 * LocateError, as `find` does for the named file.
 */
export function foundOrSet(
  name: string,
  fileName: string,
  find: (fileName: string) => OneFile,
): OneFile | ShardsLocation {
  const named = find(fileName);
  const shard = shardOf(name, fileName);
  if (shard === null) return named;
  const shards: ShardLocation[] = [];
  for (let no = 0; no < shard.count; no++) {
    const other = shardName(shard.stem, no, shard.count, shard.extension);
    if (other === fileName) shards.push(member(other, fileName, named));
    else {
      const location = findOrNull(find, other);
      if (location !== null) shards.push(member(other, fileName, location));
    }
  }
  return { kind: 'shards', name, path: null, count: shard.count, shards, surplus: [] };
}

function member(fileName: string, named: string, location: OneFile): ShardLocation {
  const { no } = readShardName(fileName) as ShardName;
  return { fileName, number: no + 1, named: named === fileName, location };
}

/** Null for a file that is a complete model. Throws LocateError for a set that is too large. */
function shardOf(name: string, fileName: string): ShardName | null {
  const shard = readShardName(fileName);
  if (shard === null || shard.count < 2) return null;
  const error = refusedSet(name, shard.count);
  if (error !== undefined) throw error;
  return isOfSet(shard) ? shard : null;
}

/** The error for a set with too many files; undefined for any other. */
export function refusedSet(name: string, count: number): LocateError | undefined {
  const message = tooManyShards(count);
  return message === undefined ? undefined : new LocateError('too-many-shards', name, message);
}

function findOrNull(find: (fileName: string) => OneFile, fileName: string): OneFile | null {
  try {
    return find(fileName);
  } catch (error) {
    if (isExplained(error)) return null;
    throw error;
  }
}
