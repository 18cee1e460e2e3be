/** One file of a split model → all files of it. Their names tell: whatever stands in the files comes later. */

import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isExplained } from '../explained-error.js';
import { isOfSet, readShardName, type ShardName, shardName } from '../guide/shard-names.js';
import { LocateError, systemError } from './locate-error.js';
import type { FileLocation, OneFile, ShardLocation, ShardsLocation } from './location.js';

/** Files in a set at most: several times as many as the largest models have. */
const MOST_SHARDS = 1024;

/** A file on this disk, or the set that it is a shard of. */
export function fileOrSet(name: string, path: string): FileLocation | ShardsLocation {
  const shard = shardOf(name, basename(path));
  if (shard === null) return { kind: 'file', name, path };
  const folder = dirname(path);
  const names = namesBeside(folder).filter((other) => isSameSet(shard, readShardName(other)));
  const there = names.filter((other) => isOfSet(readShardName(other) as ShardName)).sort();
  const surplus = names.filter((other) => !isOfSet(readShardName(other) as ShardName)).sort();
  const shards = there.map((fileName) => {
    const beside = join(folder, fileName);
    return member(fileName, path, { kind: 'file', name: beside, path: beside });
  });
  return { kind: 'shards', name, path: null, count: shard.count, shards, surplus };
}

function namesBeside(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw systemError(folder, error);
  }
}

/**
 * A file that `find` finds by its name, or all files of the set that the name speaks of; those which `find` knows to be missing are
 * left out. Throws LocateError, as `find` does for the one that was named.
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
    const other = shardName(shard.stem, no, shard.count);
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
  return { fileName, number: no + 1, named: basename(named) === fileName, location };
}

/** Null for a file that is a model by itself. */
function shardOf(name: string, fileName: string): ShardName | null {
  const shard = readShardName(fileName);
  if (shard === null || shard.count < 2 || !isOfSet(shard)) return null;
  if (shard.count <= MOST_SHARDS) return shard;
  throw new LocateError(
    'too-many-shards',
    name,
    `its name speaks of ${shard.count} shards; at most ${MOST_SHARDS} are read`,
  );
}

function isSameSet(one: ShardName, other: ShardName | null): boolean {
  return other !== null && other.stem === one.stem && other.count === one.count;
}

function findOrNull(find: (fileName: string) => OneFile, fileName: string): OneFile | null {
  try {
    return find(fileName);
  } catch (error) {
    if (isExplained(error)) return null;
    throw error;
  }
}
