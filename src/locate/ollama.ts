/**
 * Finds a model of Ollama, `ollama:llama3.2:1b`: the blob in its local store, with companion files; or, if the store does not have the
 * name, the file in the registry that the name refers to. A stored model is used without any request.
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

/** `name` is the target as named in messages. Throws LocateError, and TransferError if the registry cannot be reached. */
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

/** The shards of a split model are separate layers, in order; they get the usual names of shards. */
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

/** Maximum number of names listed in an error. */
const MOST_LISTED = 8;

/** The error if the store does not have the name and the registry answers with an error: it lists what the store has. */
function notThere(name: string, store: string, wanted: OllamaName, error: TransferError): LocateError {
  const all = storedNames(store).map((stored) => stored.name);
  const same = all.filter(({ model }) => model.toLowerCase() === wanted.model.toLowerCase());
  const known = (same.length > 0 ? same : all).map((one) => `ollama:${shortName(one)}`);
  const more = known.length > MOST_LISTED ? ` and ${known.length - MOST_LISTED} more` : '';
  const there =
    known.length > 0
      ? `on this machine: ${known.slice(0, MOST_LISTED).join(', ')}${more}`
      : `there are no models in ${store}; set OLLAMA_MODELS for another folder`;
  const unknown = error.code === 'not-found';
  const hint = unknown || error.hint === undefined ? there : `${error.hint}; ${there}`;
  const message = `it is not in Ollama's store on this machine, and ${error.message}`;
  return new LocateError(unknown ? 'file-not-found' : error.code, name, message, hint);
}
