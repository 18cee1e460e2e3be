/**
 * The shards in a folder by the sets that they belong to. A folder with many sets is asked about each of them, so what was seen last is
 * kept: all commands together take a time that grows with the number of files, not with its square.
 */

import { type BigIntStats, statSync } from 'node:fs';
import { setName } from '../words/shard-names.js';
import { entriesIn } from './folder.js';

interface Seen {
  folder: string;
  /** Tells a folder that has changed since: names that came or went change it. */
  changed: bigint;
  sets: ReadonlyMap<string, readonly string[]>;
}

/** A few folders, as a list may go back and forth between some. */
const MOST_FOLDERS = 8;
const kept: Seen[] = [];

/** Names of files by `setName`; files that are no shards are left out. Throws the system's error where the folder cannot be read. */
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
