/** A model of Ollama, `ollama:llama3.2:1b` → the blob in its store on this machine, with what goes with it. Nothing is asked over the network. */

import { statSync } from 'node:fs';
import { shardName } from '../words/shard-names.js';
import { LocateError, systemError } from './locate-error.js';
import type { FileLocation, Found } from './location.js';
import { type OllamaName, readOllamaName, shortName } from './ollama/name.js';
import { readLayers } from './ollama/ollama-manifest.js';
import { manifestPath, storedNames, storeFolder } from './ollama/store.js';

/** `name` is how messages call what was typed. Throws LocateError. */
export function findInOllama(name: string, target: string, env: NodeJS.ProcessEnv): Found {
  const wanted = readOllamaName(target);
  if (wanted === null) {
    const hint =
      'there is ollama:model, ollama:model:tag, ollama:namespace/model:tag and ollama:host/namespace/model:tag';
    throw new LocateError('bad-name', name, 'it names no model of Ollama', hint);
  }
  const store = storeFolder(env);
  const manifest = manifestPath(store, wanted);
  if (manifest === undefined) throw notThere(name, store, wanted);
  const { models, companions } = readLayers(name, store, manifest);
  if (models.length === 0) throw noModel(name);
  for (const blob of models) requireBlob(name, blob);
  const [path = '', ...others] = models;
  if (others.length > 0) return split(name, wanted.model, models);
  for (const companion of companions) requireBlob(name, companion.path);
  const beside = companions.map((companion) => ({ ...companion, name: companion.path }));
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

function noModel(name: string): LocateError {
  const hint = "models that run in Ollama's cloud and those stored tensor by tensor are none";
  return new LocateError('no-models', name, 'Ollama has the name, but no GGUF file for it', hint);
}

function requireBlob(name: string, path: string): void {
  try {
    statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw systemError(name, error);
    const hint = `its manifest names ${path}; pulling the model again brings it back`;
    throw new LocateError('blob-missing', name, "a file of the model is missing in Ollama's store", hint);
  }
}

/** Names that an error lists at most. */
const MOST_LISTED = 8;

function notThere(name: string, store: string, wanted: OllamaName): LocateError {
  const all = storedNames(store).map((stored) => stored.name);
  const same = all.filter(({ model }) => model.toLowerCase() === wanted.model.toLowerCase());
  const known = (same.length > 0 ? same : all).map((one) => `ollama:${shortName(one)}`);
  const more = known.length > MOST_LISTED ? ` and ${known.length - MOST_LISTED} more` : '';
  const hint =
    known.length > 0
      ? `there is ${known.slice(0, MOST_LISTED).join(', ')}${more}`
      : `there are no models in ${store}; OLLAMA_MODELS names another folder`;
  return new LocateError('file-not-found', name, "there is no such model in Ollama's store", hint);
}
