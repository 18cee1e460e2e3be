/**
 * Files with the same bytes under different names. Only files of equal size are compared, and a file that several rows share counts once.
 * The hub and Ollama name blobs by their SHA-256, so those need not be read.
 */

import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { openRegularFileSoon } from '../io/file.js';
import { fileChunks, saysTooManyOpenFiles } from '../io/open-file.js';
import type { DuplicatesReport, ListedModel } from '../report/list-schema.js';
import { boundedSum } from '../words/bounded-sum.js';
import type { Watch } from './watch.js';

/** A file of a row in the list. Files with the same id are the same file on disk. */
export interface RowFile {
  path: string;
  id: string;
  bytes: number;
}

/** A row of the list, and its files. */
export interface RowFiles {
  model: Pick<ListedModel, 'target' | 'where'>;
  files: readonly RowFile[];
}

interface Candidate extends RowFile {
  targets: Set<string>;
  /** SHA-256 from its name, in lower-case hex; null if the file has to be read for it. */
  named: string | null;
}

type DuplicateFile = DuplicatesReport['groups'][number]['files'][number];

export async function findDuplicates(rows: readonly RowFiles[], watch: Watch): Promise<DuplicatesReport> {
  const compared = groupsOf(candidates(rows), ({ bytes }) => String(bytes)).flat();
  const readBytes = boundedSum(compared.map(({ named, bytes }) => (named === null ? bytes : 0)));
  const digested: { sha256: string; file: Candidate }[] = [];
  const unreadable: string[] = [];
  let done = 0;
  await watch({ verb: 'compared', total: readBytes }, async ({ onProgress }) => {
    for (const file of compared) {
      const read = (bytes: number) => {
        done += bytes;
        onProgress(done);
      };
      const sha256 = file.named ?? (await digestOf(file.path, read));
      if (sha256 === null) unreadable.push(file.path);
      else digested.push({ sha256, file });
    }
  });
  const groups = groupsOf(digested, ({ sha256, file }) => `${sha256} ${file.bytes}`).map((group) => {
    const [{ sha256, file }] = group as [(typeof digested)[number]];
    const freeableBytes = boundedSum(group.slice(1).map(() => file.bytes));
    return { sha256, bytes: file.bytes, freeableBytes, files: group.map((one) => fileEntry(one.file)) };
  });
  groups.sort((a, b) => b.freeableBytes - a.freeableBytes);
  const freeableBytes = groups.reduce((sum, group) => sum + group.freeableBytes, 0);
  return { groups, freeableBytes, readBytes: done, unreadable };
}

/** Every file once, with all rows that it belongs to. */
function candidates(rows: readonly RowFiles[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { model, files } of rows) {
    for (const file of files) {
      if (file.bytes === 0) continue;
      const known = found.get(file.id) ?? { ...file, targets: new Set(), named: digestInName(model.where, file.path) };
      known.targets.add(model.target);
      found.set(file.id, known);
    }
  }
  return [...found.values()];
}

function fileEntry({ path, targets, named }: Candidate): DuplicateFile {
  return { path, targets: [...targets], digestFrom: named === null ? 'content' : 'name' };
}

/** Groups of at least two things with the same key. */
function groupsOf<T>(things: readonly T[], keyOf: (thing: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(keyOf(thing));
    if (group === undefined) groups.set(keyOf(thing), [thing]);
    else group.push(thing);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** `blobs/<64 digits>` in the hub's cache (which has shorter names for small files), or `blobs/sha256-<64 digits>` in Ollama's store. */
function digestInName(where: string, path: string): string | null {
  if (where !== 'hub' && where !== 'ollama') return null;
  const real = realpathSync(path);
  if (basename(dirname(real)) !== 'blobs') return null;
  return /^(?:sha256-)?([\da-f]{64})$/i.exec(basename(real))?.[1]?.toLowerCase() ?? null;
}

const CHUNK_BYTES = 1024 * 1024;

/** Null if the file cannot be read to its end. */
async function digestOf(path: string, onRead: (bytes: number) => void): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of fileChunks(await openRegularFileSoon(path), { chunkBytes: CHUNK_BYTES })) {
      hash.update(chunk);
      onRead(chunk.length);
    }
    return hash.digest('hex');
  } catch (error) {
    if (saysTooManyOpenFiles(error)) throw error;
    return null;
  }
}
