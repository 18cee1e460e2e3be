/** A model that was found → its row: the header is read, whatever is wrong with it stands in the row. */

import { fstatSync, type Stats } from 'node:fs';
import { basename } from 'node:path';
import { blamesInput } from '../../explained-error.js';
import { decodeHeader, type GgufFile } from '../../gguf/decode.js';
import { decodeStream } from '../../io/decode-loop.js';
import { openRegularFileSoon } from '../../io/file.js';
import { fileChunks } from '../../io/open-file.js';
import { statusOf } from '../../locate/folder.js';
import type { FoundModel } from '../../locate/installed/found-model.js';
import { systemError } from '../../locate/locate-error.js';
import { understand } from '../../model/model.js';
import { aboutTarget, readLocation } from '../../read-location.js';
import { headerFacts, type ListRow } from '../../report/list-report.js';
import type { ListedModel } from '../../report/list-schema.js';
import { boundedSum } from '../../words/bounded-sum.js';
import { readShardName } from '../../words/shard-names.js';
import { errorEntry } from '../error-entry.js';

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
    const facts = headerFacts(understand(await readHeader(found)));
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

async function readHeader({ target, paths, shards }: FoundModel): Promise<GgufFile> {
  if (shards === null) return await readOne(target, paths[0] as string);
  const members = paths.map((path, i) => {
    const fileName = basename(path);
    const number = (readShardName(fileName)?.no ?? i) + 1;
    return { fileName, number, named: false, location: { kind: 'file', name: path, path } } as const;
  });
  return await readLocation({
    kind: 'shards',
    name: target,
    path: null,
    count: shards.of,
    shards: members,
    surplus: [],
  });
}

/** As it arrives, so that the disk has several files to look for at once. */
async function readOne(target: string, path: string): Promise<GgufFile> {
  try {
    const fd = await openRegularFileSoon(path);
    // The stream closes it; without a position each chunk is read behind the one before.
    const chunks = fileChunks(fd, { chunkBytes: CHUNK_BYTES });
    return await decodeStream(chunks, (window) => decodeHeader(window), fstatSync(fd).size);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined
      ? aboutTarget(error, target)
      : systemError(target, error);
  }
}

const CHUNK_BYTES = 256 * 1024;
