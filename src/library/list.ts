/** The report of `list`: the models that were found, with a row for each. */

import type { Stats } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { blamesInput } from '../explained-error.js';
import { statusOf } from '../locate/folder.js';
import type { FoundModel } from '../locate/installed/found-model.js';
import { knownPlaces, lookAt, namedPlaces } from '../locate/installed.js';
import type { FileLocation, ShardsLocation } from '../locate/location.js';
import { openModel } from '../open/open-model.js';
import type { ListOrder } from '../report/list-orders.js';
import { headerFacts, type ListRow, listReport } from '../report/list-report.js';
import type { ListedModel, ListReport } from '../report/list-schema.js';
import { boundedSum } from '../words/bounded-sum.js';
import { readShardName } from '../words/shard-names.js';
import { findDuplicates, type RowFiles } from './duplicates.js';
import { errorEntry } from './error-entry.js';
import { inParallel } from './in-parallel.js';
import type { Watch } from './watch.js';

type Row = ListRow & RowFiles;

export interface ListQuestion {
  sort: ListOrder;
  /** Whether to look for files with the same bytes. */
  duplicates: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * The models in the given folders or, without folders, in those where programs keep models. Throws LocateError if a folder does not exist.
 */
export async function modelList(
  folders: readonly string[],
  { sort, duplicates, signal }: ListQuestion,
  watch: Watch,
): Promise<ListReport> {
  const places = lookAt(folders.length > 0 ? namedPlaces(folders) : knownPlaces(process.env, process.platform));
  const found = places.flatMap((place) => place.models.map((model) => ({ model, place })));
  const rows: Row[] = [];
  const read = async ([at, { model }]: [number, (typeof found)[number]]) => ({ at, row: await readRow(model) });
  for await (const { at, row } of inParallel(found.entries(), 2 * availableParallelism(), read, signal)) rows[at] = row;
  const filled = places.map((place) => ({
    ...{ where: place.where, folder: place.folder, exists: place.exists },
    rows: rows.filter((_, at) => found[at]?.place === place),
  }));
  return listReport(filled, sort, duplicates ? await findDuplicates(rows, watch) : undefined);
}

/** The row of a found model. Reads its header; an error becomes part of the row. */
async function readRow(found: FoundModel): Promise<Row> {
  const { target, name, where, paths, shards } = found;
  const statuses = found.problem?.code === 'bad-manifest' ? [] : paths.flatMap(statusIfThere);
  const files = statuses.map(({ path, status }) => ({
    path,
    id: `${status.dev}:${status.ino}`,
    bytes: boundedSum([status.size]),
  }));
  const newest = Math.max(...statuses.map(({ status }) => status.mtimeMs));
  const row: ListedModel = {
    ...{ target, name, where, path: paths[0] ?? target },
    kind: found.kind === 'projector' ? 'mmproj' : (found.kind ?? null),
    ...{ architecture: null, parameters: null, type: null },
    bytes: boundedSum(files.map(({ bytes }) => bytes)),
    shards: shards && { ...shards },
    modified: Number.isFinite(newest) ? new Date(newest).toISOString() : null,
  };
  if (found.problem !== undefined) return { model: { ...row, error: { ...found.problem } }, files };
  try {
    const { model } = await openModel(locationOf(found), { besideOthers: true });
    const facts = headerFacts(model);
    return { model: { ...row, ...facts, name: facts.name ?? name }, files };
  } catch (error) {
    if (!blamesInput(error)) throw error;
    const { code, message } = errorEntry(error);
    return { model: { ...row, error: { code, message } }, files };
  }
}

function statusIfThere(path: string): { path: string; status: Stats }[] {
  const status = statusOf(path);
  return status === undefined ? [] : [{ path, status }];
}

function locationOf({ target, paths, shards }: FoundModel): FileLocation | ShardsLocation {
  if (shards === null) return { kind: 'file', name: target, path: paths[0] as string };
  const members = paths.map((path, i) => {
    const fileName = basename(path);
    const number = (readShardName(fileName)?.no ?? i) + 1;
    return { fileName, number, named: false, location: { kind: 'file', name: path, path } } as const;
  });
  return { kind: 'shards', name: target, path: null, count: shards.of, shards: members, surplus: [] };
}
