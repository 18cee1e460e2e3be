/** Which file of a repository fits: reads the header of each of its models, some at the same time, with one request for each file. */

import { isExplained } from '../explained-error.js';
import { targetOf } from '../locate/hugging-face/listing.js';
import type { RepositoryListing } from '../locate/hugging-face.js';
import type { HeadersFor } from '../locate/location.js';
import { sumTotals } from '../model/totals.js';
import { openModel } from '../open/open-model.js';
import { type FitsQuestion, fitCells, fitsEntry } from '../report/fit-cells.js';
import type { RepositoryFile, RepositorySizesReport } from '../report/repository-sizes-schema.js';
import { inParallel } from './in-parallel.js';

/** Files whose headers are read at the same time, and the total maximum: a hub should not get hundreds of requests for one table. */
const AT_ONCE = 4;
const MOST_FILES = 64;

/** Default context in tokens. */
export const USUAL_CONTEXT = 8192;

interface Asking {
  headers: HeadersFor;
  signal?: AbortSignal | undefined;
}

/** The report on a repository. The error of a file that cannot be read is in its row. */
export async function repositorySizesOf(
  { hub, repository, revision, models }: RepositoryListing,
  question: FitsQuestion,
  asking: Asking,
): Promise<RepositorySizesReport> {
  const own = models.filter(({ kind }) => kind === 'model');
  const wanted = own.slice(0, MOST_FILES);
  const files: RepositoryFile[] = [];
  let architecture: string | null = null;
  const read = inParallel(
    wanted.entries(),
    AT_ONCE,
    async ([place, { path, target, label, bytes }]) => {
      // By its path: with a label, the hub would have to list its files again.
      const one = await readFile(targetOf({ hub, repository, revision }, path), question, asking);
      return { place, architecture: one.architecture, file: { path, target, label, bytes, ...one.entry } };
    },
    asking.signal,
  );
  for await (const one of read) {
    files[one.place] = one.file;
    architecture ??= one.architecture;
  }
  const candidates = files.flatMap(({ path: name, bitsPerWeight, contexts: cells }) =>
    bitsPerWeight === null ? [] : [{ name, bitsPerWeight, cells }],
  );
  return {
    ...{ schemaVersion: 1, repository, revision, architecture },
    fits: fitsEntry(question, candidates),
    files,
    notRead: own.length - wanted.length,
  };
}

type Entry = Pick<RepositoryFile, 'weightBytes' | 'bitsPerWeight' | 'contexts' | 'error'>;

async function readFile(
  target: string,
  question: FitsQuestion,
  asking: Asking,
): Promise<{ architecture: string | null; entry: Entry }> {
  try {
    await using opened = await openModel(target, asking);
    const { model } = opened;
    const { bytes, bitsPerWeight } = sumTotals(model.tensors);
    const entry = { weightBytes: bytes, bitsPerWeight, contexts: fitCells(model, question) };
    return { architecture: model.hyperparameters.architecture, entry };
  } catch (error) {
    if (!isExplained(error)) throw error;
    const { code, message } = error;
    const entry = { weightBytes: null, bitsPerWeight: null, contexts: [], error: { code, message } };
    return { architecture: null, entry };
  }
}
