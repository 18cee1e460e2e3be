/**
 * Finds a model of the Hugging Face hub or of ModelScope: the file in the local cache, the address to read it from, or, if a repository has
 * several models, their list. A cached model is used from the cache without asking the hub.
 */

import type { HttpSettings } from '../io/http/patience.js';
import { RemoteFile } from '../io/http/remote-file.js';
import { TransferError } from '../io/transfer-error.js';
import { isGgufName } from '../words/shard-names.js';
import type { Hub } from './hugging-face/hub.js';
import { type ListedModel, listModels, targetOf, withLabel } from './hugging-face/listing.js';
import { cachedFile, cachedFiles, cachedOf } from './hugging-face/local-cache.js';
import { type HubReference, type HubScheme, hubPath } from './hugging-face/reference.js';
import { type HubFile, repositoryFiles } from './hugging-face/repository-files.js';
import { hubWords } from './hugging-face/words.js';
import { LocateError, severalModels } from './locate-error.js';
import type { Found, OneFile } from './location.js';
import { modelScopeFiles } from './model-scope/repository-files.js';
import { modelScopeWords } from './model-scope/words.js';
import { foundOrSet } from './shards.js';

/** The differences between the hubs. */
interface HubHabits {
  files(hub: Hub, reference: HubReference, settings: HttpSettings): Promise<HubFile[]>;
  /** The address of a file, relative to the endpoint. */
  pathOf(reference: HubReference, path: string): string;
  /** Rewords an error with the repository's name; `path` is the requested file. */
  reword(error: TransferError, hub: Hub, reference: HubReference, path?: string): TransferError;
}

const HABITS: Readonly<Record<HubScheme, HubHabits>> = {
  hf: {
    files: repositoryFiles,
    pathOf: hubPath,
    reword: hubWords,
  },
  ms: {
    files: modelScopeFiles,
    pathOf({ repository, revision }, path) {
      const asked = new URLSearchParams({ Revision: revision, FilePath: path });
      return `api/v1/models/${repository}/repo?${asked}`;
    },
    reword: modelScopeWords,
  },
};

/** A repository with several models. */
export interface RepositoryListing {
  hub: HubScheme;
  repository: string;
  revision: string;
  /** The origin of the list: the hub, or its local cache. */
  source: 'hub' | 'cache';
  /** `cached` contains the `path` of each cached model. */
  models: readonly ListedModel[];
  cached: ReadonlySet<string>;
}

/** `paths` are the full paths of the listed models' files, as a user can type them. */
export type HubAnswer = Found | { kind: 'repository'; name: string; listing: RepositoryListing; paths: string[] };

/** `name` is what the user typed. Throws LocateError, and TransferError if the hub cannot be reached. */
export async function findOnHub(
  name: string,
  reference: HubReference,
  hub: Hub,
  settings: HttpSettings,
): Promise<HubAnswer> {
  const { path, label } = reference;
  if (path !== undefined && isGgufName(path)) return fileOf(name, reference, path, hub, settings);
  if (label !== undefined) {
    const [only, ...others] = withLabel(listModels(cachedFiles(hub, reference), reference), label);
    if (only !== undefined && others.length === 0) return fileOf(name, reference, only.path, hub, settings);
  }
  const models = listModels(await filesOf(reference, hub, settings), reference);
  const [chosen, ...others] = choose(name, reference, models);
  if (chosen !== undefined && others.length === 0) return fileOf(name, reference, chosen.path, hub, settings);
  if (label !== undefined) {
    throw severalModels(
      name,
      `the repository has ${others.length + 1} models labeled ${label}`,
      targets([chosen, ...others]),
    );
  }
  const { repository, revision } = reference;
  const cached = cachedOf(
    hub,
    reference,
    models.map((model) => model.path),
  );
  const source = hub.offline ? 'cache' : 'hub';
  const paths = models.map((model) => targetOf(reference, model.path));
  return {
    kind: 'repository',
    name,
    listing: { hub: reference.hub, repository, revision, source, models, cached },
    paths,
  };
}

/** The targets to type for some models. */
export function targets(models: readonly (ListedModel | undefined)[]): string[] {
  return models.flatMap((model) => (model === undefined ? [] : [model.target]));
}

async function filesOf(reference: HubReference, hub: Hub, settings: HttpSettings) {
  if (hub.offline) return cachedFiles(hub, reference);
  try {
    return await HABITS[reference.hub].files(hub, reference, settings);
  } catch (error) {
    throw error instanceof TransferError ? HABITS[reference.hub].reword(error, hub, reference) : error;
  }
}

/** Maximum number of labels in a hint; repositories with every usual mix have about thirty. */
const MOST_LABELS = 64;

/** The possible matches, at least one. Companion files match only if there is no model. */
function choose(
  name: string,
  { hub, repository, label, path }: HubReference,
  models: readonly ListedModel[],
): ListedModel[] {
  if (models.length === 0) {
    const where = path === undefined ? repository : `${repository}/${path}`;
    throw new LocateError('no-models', name, `${where} contains no .gguf file`);
  }
  const real = models.filter(({ kind }) => kind === 'model');
  if (label === undefined) return real.length > 0 ? real : [...models];
  const found = withLabel(real, label);
  if (found.length > 0) return found;
  const labels = new Set(real.flatMap((model) => model.label ?? []));
  const few = labels.size > 0 && labels.size <= MOST_LABELS;
  const hint = few ? `choose from ${[...labels].join(', ')}` : `gguf-explain ${hub}:${repository} lists its files`;
  throw new LocateError('file-not-found', name, `${repository} has no model labeled ${label}`, hint);
}

/** The file, or the set that it is a shard of; each shard's location is determined separately, because some of them may be cached. */
function fileOf(name: string, reference: HubReference, path: string, hub: Hub, settings: HttpSettings): HubAnswer {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return foundOrSet(name, path.slice(folder.length), (fileName) => {
    const one = `${folder}${fileName}`;
    return oneFile(one === path ? name : targetOf(reference, one), reference, one, hub, settings);
  });
}

function oneFile(name: string, reference: HubReference, path: string, hub: Hub, settings: HttpSettings): OneFile {
  const cached = cachedFile(hub, reference, path);
  if (cached !== undefined) return { kind: 'file', name, path: cached };
  if (hub.offline) {
    const message = `${path} is not in the cache of this machine, and HF_HUB_OFFLINE forbids asking the hub`;
    throw new LocateError('file-not-found', name, message);
  }
  const habits = HABITS[reference.hub];
  const { url, secrets } = hub.route(habits.pathOf(reference, path));
  const reword = (error: TransferError) => habits.reword(error, hub, reference, path);
  return { kind: 'http', name, path: null, file: new RemoteFile(url, { secrets, settings, reword }) };
}
