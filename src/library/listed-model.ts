/** A model that was found → its row: the header is read, whatever is wrong with it stands in the row. */

import type { Stats } from 'node:fs';
import { basename } from 'node:path';
import { blamesInput } from '../explained-error.js';
import { statusOf } from '../locate/folder.js';
import type { FoundModel } from '../locate/installed/found-model.js';
import type { FileLocation, ShardsLocation } from '../locate/location.js';
import { openModel } from '../open/open-model.js';
import { headerFacts, type ListRow } from '../report/list-report.js';
import type { ListedModel } from '../report/list-schema.js';
import { boundedSum } from '../words/bounded-sum.js';
import { readShardName } from '../words/shard-names.js';
import { errorEntry } from './error-entry.js';

/** A file of a row; those with the same id are the same on the disk. */
export interface RowFile {
  path: string;
  id: string;
  bytes: number;
}

export type Row = ListRow & { files: readonly RowFile[] };

export async function readRow(found: FoundModel): Promise<Row> {
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
