/** Files of a folder → models: what stands alone, and shards as the one model that they are. */

import { basename, dirname, join } from 'node:path';
import { readShardName, setName } from '../../guide/shard-names.js';
import { DEAD_LINK, type FoundModel, type PlaceKind } from './found-model.js';
import { ggufFilesBelow, type WalkedFile } from './walk.js';

/** The models in a folder and all folders in it; what to type for each is its path. */
export function modelsBelow(where: PlaceKind, folder: string): FoundModel[] {
  return modelsOf(where, ggufFilesBelow(folder), (path) => path);
}

/** `targetOf` has what to type for a path; of a set it is asked about the first shard that is there. */
export function modelsOf(
  where: PlaceKind,
  files: readonly WalkedFile[],
  targetOf: (path: string) => string,
): FoundModel[] {
  const sets = new Map<string, WalkedFile[]>();
  for (const file of files) {
    const set = file.dead ? null : setOf(file.path);
    // A name without a set is a set of its own; a slash at its end keeps it apart from all others.
    const key = set ?? `${file.path}/`;
    sets.set(key, [...(sets.get(key) ?? []), file]);
  }
  return [...sets.values()].map((members): FoundModel => {
    const paths = members.map(({ path }) => path);
    const path = paths[0] as string;
    const dead = members[0]?.dead && { problem: DEAD_LINK };
    const of = dead || setOf(path) === null ? undefined : readShardName(basename(path))?.count;
    const shards = of === undefined ? null : { present: paths.length, of };
    return { where, target: targetOf(path), name: basename(path), paths, shards, ...dead };
  });
}

/** The set that a file belongs to; null for a model in one file, and for a number beyond the set's end. */
function setOf(path: string): string | null {
  const shard = readShardName(basename(path));
  const set = setName(basename(path));
  return shard === null || set === null || shard.no < 0 || shard.no >= shard.count ? null : join(dirname(path), set);
}
