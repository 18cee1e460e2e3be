/**
 * A model of Ollama, `ollama:llama3.2:1b` → the blob in its store on this machine, with what goes with it; or, where the store does not
 * have the name, the file in the registry that the name leads to. What is in the store is used from there and nobody is asked.
 */

import { statSync } from 'node:fs';
import { TransferError } from '../io/transfer-error.js';
import { shardName } from '../words/shard-names.js';
import { LocateError, systemError } from './locate-error.js';
import type { FileLocation, Found } from './location.js';
import { type OllamaName, readOllamaName, shortName } from './ollama/name.js';
import { readBlobs } from './ollama/ollama-manifest.js';
import { type Asking, findInRegistry, noModel } from './ollama/registry.js';
import { manifestPath, storedNames, storeFolder } from './ollama/store.js';

/** `name` is how messages call what was typed. Throws LocateError, and TransferError where the registry cannot be asked. */
export async function findInOllama(name: string, target: string, asking: Asking): Promise<Found> {
  const wanted = readOllamaName(target);
  if (wanted === null) {
    const hint = 'write ollama:model, ollama:model:tag, ollama:namespace/model:tag or ollama:host/namespace/model:tag';
    throw new LocateError('bad-name', name, 'this does not name a model of Ollama', hint);
  }
  const store = storeFolder(asking.env);
  const manifest = manifestPath(store, wanted);
  if (manifest !== undefined) return inStore(name, wanted, store, manifest);
  try {
    return await findInRegistry(name, wanted, asking);
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    throw notThere(name, store, wanted, error);
  }
}

function inStore(name: string, wanted: OllamaName, store: string, manifest: string): Found {
  const { models, companions } = readBlobs(name, store, manifest);
  if (models.length === 0) throw noModel(name);
  for (const blob of models) bytesOf(name, blob);
  const [path = '', ...others] = models;
  if (others.length > 0) return split(name, wanted.model, models);
  const beside = companions.map(({ kind, path: blob }) => ({
    kind,
    name: blob,
    location: { kind: 'file', name: blob, path: blob } as const,
    bytes: bytesOf(name, blob),
  }));
  return { kind: 'file', name, path, ...(beside.length > 0 && { companions: beside }) };
}

/** The shards of a split model are layers of their own, in their order; they get the names that shards have elsewhere. */
function split(name: string, model: string, blobs: readonly string[]): Found {
  const shards = blobs.map((path, i) => {
    const location: FileLocation = { kind: 'file', name: path, path };
    return { fileName: shardName(model, i, blobs.length), number: i + 1, named: true, location };
  });
  return { kind: 'shards', name, path: null, count: blobs.length, shards, surplus: [] };
}

function bytesOf(name: string, path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw systemError(name, error);
    const hint = `its manifest names ${path}; pulling the model again brings it back`;
    throw new LocateError('blob-missing', name, "a file of the model is missing in Ollama's store", hint);
  }
}

/** Names that an error lists at most. */
const MOST_LISTED = 8;

/** The store does not have the name, and the registry answers with an error: it is told with what the store has. */
function notThere(name: string, store: string, wanted: OllamaName, error: TransferError): LocateError {
  const all = storedNames(store).map((stored) => stored.name);
  const same = all.filter(({ model }) => model.toLowerCase() === wanted.model.toLowerCase());
  const known = (same.length > 0 ? same : all).map((one) => `ollama:${shortName(one)}`);
  const more = known.length > MOST_LISTED ? ` and ${known.length - MOST_LISTED} more` : '';
  const there =
    known.length > 0
      ? `on this machine: ${known.slice(0, MOST_LISTED).join(', ')}${more}`
      : `there are no models in ${store}; OLLAMA_MODELS names another folder`;
  const unknown = error.code === 'not-found';
  const hint = unknown || error.hint === undefined ? there : `${error.hint}; ${there}`;
  const message = `it is not in Ollama's store on this machine, and ${error.message}`;
  return new LocateError(unknown ? 'file-not-found' : error.code, name, message, hint);
}
