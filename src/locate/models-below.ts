/**
 * The models in a folder and its subfolders, or among files that a pattern matches: the same models in the same order for every command.
 */

import { groupShards } from '../words/shard-names.js';
import type { LocateError } from './locate-error.js';
import { type WalkedFile, walk } from './walk.js';

/** A model according to the names of its files, regardless of their contents. */
export interface WalkedModel {
  /** At least one; shards in order of number. */
  files: readonly WalkedFile[];
  /** Number of shards according to the names; null for a model in one file. */
  of: number | null;
  /** Files that are named like shards of the set but are not. */
  surplus: readonly WalkedFile[];
}

export interface ModelsBelow {
  /** Sorted by path. */
  models: WalkedModel[];
  /** Folders that were not searched, or not completely; `target` is the path. */
  passedOver: LocateError[];
}

export function modelsBelow(folder: string): ModelsBelow {
  const { files, passedOver } = walk(folder);
  return { models: modelsAmong(files), passedOver };
}

/** Several names of one file, through links, are one model; it is named by a name that is not a link if there is one. */
export function modelsAmong(files: readonly WalkedFile[]): WalkedModel[] {
  const models = groupShards(files, ({ path }) => path).map(({ members, ...model }) => ({ ...model, files: members }));
  const known = new Set<string>();
  const isLinked = (model: WalkedModel) => filesOf(model).some(({ link }) => link);
  const keep = (model: WalkedModel): boolean => {
    const identities = filesOf(model).map(({ identity }) => identity);
    if (identities.includes(null)) return true;
    const key = identities.sort().join(' ');
    if (known.has(key)) return false;
    known.add(key);
    return true;
  };
  const linked = new Set(models.filter(isLinked));
  const own = new Set(models.filter((model) => !linked.has(model) && keep(model)));
  return models.filter((model) => own.has(model) || (linked.has(model) && keep(model)));
}

/** All files of a model, including those that are only named like its shards. */
export function filesOf({ files, surplus }: WalkedModel): WalkedFile[] {
  return [...files, ...surplus];
}
