/** The models in folders as rows of a collection: single files, and shards combined into one model. */

import { basename } from 'node:path';
import type { LocateError } from '../locate-error.js';
import { modelsBelow, type WalkedModel } from '../models-below.js';
import { refusedSet } from '../shards.js';
import type { FoundModel, PlaceKind } from './found-model.js';

/** The models in a folder and its subfolders; the target of each is its path. An unreadable folder is a row, too. */
export function modelsInFolder(where: PlaceKind, folder: string): FoundModel[] {
  const { models, passedOver } = modelsBelow(folder);
  return [...rowsOf(where, models, (path) => path), ...passedOver.map((problem) => folderRow(where, problem))];
}

/**
 * `targetOf` returns the target for a path; for a set it is called with the first shard that is present. A file that is only named like a
 * shard of a set gets its own row, because it takes disk space but is not part of the model.
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

/** The row for a folder that was not searched. */
export function folderRow(where: PlaceKind, problem: LocateError): FoundModel {
  const { target } = problem;
  return { where, target, name: basename(target), paths: [], shards: null, problem: said(problem) };
}

function said({ code, message }: LocateError): { code: string; message: string } {
  return { code, message };
}
