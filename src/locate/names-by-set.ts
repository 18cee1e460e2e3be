/**
 * The shards in a folder, grouped by set. A folder with many sets is queried for each of them, so the last results are cached: the total
 * time of a command grows with the number of files, not with its square.
 */

import { type BigIntStats, statSync } from 'node:fs';
import { setName } from '../words/shard-names.js';
import { entriesIn } from './folder.js';

interface Seen {
  folder: string;
  /** Change time, to detect a changed folder: adding or removing names updates it. */
  changed: bigint;
  sets: ReadonlyMap<string, readonly string[]>;
}

/** Number of cached folders; a list may alternate between some. */
const MOST_FOLDERS = 8;
const kept: Seen[] = [];

/** Names of files by `setName`, without files that are not shards. Throws the system's error if the folder cannot be read. */
export function namesBySet(folder: string): ReadonlyMap<string, readonly string[]> {
  const { mtimeNs, ctimeNs }: BigIntStats = statSync(folder, { bigint: true });
  const changed = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  const at = kept.findIndex((seen) => seen.folder === folder && seen.changed === changed);
  const [seen] = at < 0 ? [{ folder, changed, sets: readSets(folder) }] : kept.splice(at, 1);
  kept.unshift(seen as Seen);
  kept.length = Math.min(kept.length, MOST_FOLDERS);
  return (seen as Seen).sets;
}

function readSets(folder: string): Map<string, string[]> {
  const sets = new Map<string, string[]>();
  for (const { name } of entriesIn(folder)) {
    const set = setName(name);
    const names = set === null ? undefined : sets.get(set);
    if (names !== undefined) names.push(name);
    else if (set !== null) sets.set(set, [name]);
  }
  return sets;
}
