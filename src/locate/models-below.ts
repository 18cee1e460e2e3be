/** The models in a folder and all folders in it, or among files that a pattern matches: the same ones in the same order for every command. */

import { groupShards } from '../words/shard-names.js';
import type { LocateError } from './locate-error.js';
import { type WalkedFile, walk } from './walk.js';

/** A model by the names of its files, whatever they hold. */
export interface WalkedModel {
  /** At least one; the shards of a set by their numbers. */
  files: readonly WalkedFile[];
  /** How many shards the names promise; null for a model in one file. */
  of: number | null;
  /** Files that are called like shards of the set and are none. */
  surplus: readonly WalkedFile[];
}

export interface ModelsBelow {
  /** In the order of their paths. */
  models: WalkedModel[];
  /** Folders that were not gone through, or not to their end; `target` has the path. */
  passedOver: LocateError[];
}

export function modelsBelow(folder: string): ModelsBelow {
  const { files, passedOver } = walk(folder);
  return { models: modelsAmong(files), passedOver };
}

/** Files that links lead to under several names are one model, called by a name that is no link where there is one. */
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

/** All files of a model, those too that are only called like its shards. */
export function filesOf({ files, surplus }: WalkedModel): WalkedFile[] {
  return [...files, ...surplus];
}
