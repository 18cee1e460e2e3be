/** The models in folders as rows of a collection: what stands alone, and shards as the one model that they are. */

import { basename } from 'node:path';
import type { LocateError } from '../locate-error.js';
import { modelsBelow, type WalkedModel } from '../models-below.js';
import { refusedSet } from '../shards.js';
import type { FoundModel, PlaceKind } from './found-model.js';

/** The models in a folder and all folders in it; what to type for each is its path. A folder that cannot be read is a row, too. */
export function modelsInFolder(where: PlaceKind, folder: string): FoundModel[] {
  const { models, passedOver } = modelsBelow(folder);
  return [...rowsOf(where, models, (path) => path), ...passedOver.map((problem) => folderRow(where, problem))];
}

/**
 * `targetOf` has what to type for a path; of a set it is asked about the first shard that is there. A file that is only called like a
 * shard of a set is a row of its own: it takes room on the disk, and is no part of the model.
 */
export function rowsOf(
  where: PlaceKind,
  models: readonly WalkedModel[],
  targetOf: (path: string) => string,
): FoundModel[] {
  const rowOf = (files: WalkedModel['files'], of: number | null): FoundModel => {
    const paths = files.map(({ path }) => path);
    const path = paths[0] as string;
    const wrong = files.find(({ problem }) => problem !== undefined)?.problem ?? refusedSet(path, of ?? 0);
    const shards = of === null ? null : { present: paths.length, of };
    return {
      where,
      target: targetOf(path),
      name: basename(path),
      paths,
      shards,
      ...(wrong && { problem: said(wrong) }),
    };
  };
  return models.flatMap(({ files, of, surplus }) => [rowOf(files, of), ...surplus.map((file) => rowOf([file], null))]);
}

/** The row for a folder that was not gone through. */
export function folderRow(where: PlaceKind, problem: LocateError): FoundModel {
  const { target } = problem;
  return { where, target, name: basename(target), paths: [], shards: null, problem: said(problem) };
}

function said({ code, message }: LocateError): { code: string; message: string } {
  return { code, message };
}
