/** Looks up an address or a name of a hub or store. Loaded only for such names. */

import { type HttpSettings, httpSettings } from '../io/http/patience.js';
import { basic } from '../io/http/proxy.js';
import { RemoteFile } from '../io/http/remote-file.js';
import { TransferError } from '../io/transfer-error.js';
import { withoutSecrets } from '../words/without-secrets.js';
import { hubOf } from './hugging-face/hub.js';
import { decoded, type HubScheme, readHubAddress, readHubName } from './hugging-face/reference.js';
import { findOnHub, type HubAnswer, targets } from './hugging-face.js';
import { LocateError, severalModels, transferError } from './locate-error.js';
import type { Found, HeadersFor, RemoteLocation } from './location.js';
import { modelScopeEndpoint, modelScopeOf, readModelScopeAddress } from './model-scope/hub.js';
import { findInOllama } from './ollama.js';
import { foundOrSet } from './shards.js';

/** The model that a name refers to, or a repository with several. Throws LocateError. */
export async function findRemote({ name, target, headers, signal }: RemoteLocation): Promise<HubAnswer> {
  const settings = { ...httpSettings(process.env), signal };
  const { env } = process;
  try {
    if (/^ollama:/i.test(target)) return await findInOllama(name, target, { env, headers, settings });
    const scheme = /^(hf|ms):/i.exec(target)?.[1]?.toLowerCase() as HubScheme | undefined;
    if (scheme !== undefined) {
      const reference = readHubName(target);
      if (reference === null) throw badHubName(name, scheme);
      const hub = scheme === 'hf' ? hubOf(env, headers) : modelScopeOf(env, headers);
      return await findOnHub(name, reference, hub, settings);
    }
    if (!URL.canParse(target)) throw new TransferError('bad-address', 'this is not a web address');
    const url = new URL(target);
    const hub = hubOf(env, headers);
    const reference = readHubAddress(url, hub.endpoint);
    if (reference !== null) return await findOnHub(name, reference, hub, settings);
    const onModelScope = readModelScopeAddress(url, modelScopeEndpoint(env));
    if (onModelScope !== null) {
      return await findOnHub(name, onModelScope, modelScopeOf(env, headers, new URL(url.origin)), settings);
    }
    return atAddress(name, url, headers, settings);
  } catch (error) {
    throw transferError(name, error);
  }
}

/** The file at an address, or the set that it is a shard of: the addresses of the other shards differ only in the file name. */
function atAddress(name: string, url: URL, headers: HeadersFor, settings: HttpSettings): Found {
  const secrets = { ...ofUser(url), ...headers(url.origin) };
  url.username = '';
  url.password = '';
  url.hash = '';
  const folder = url.pathname.slice(0, url.pathname.lastIndexOf('/') + 1);
  const typed = url.pathname.slice(folder.length);
  return foundOrSet(name, decoded(typed), (fileName) => {
    const own = fileName === decoded(typed);
    const one = new URL(url);
    if (!own) one.pathname = `${folder}${encodeURIComponent(fileName)}`;
    const file = new RemoteFile(one, { secrets, settings });
    return { kind: 'http', name: own ? name : withoutSecrets(one.href), path: null, file };
  });
}

/** The same for callers that need a single model. Throws LocateError for a repository with several. */
export async function findOneRemote(location: RemoteLocation): Promise<Found> {
  const found = await findRemote(location);
  if (found.kind !== 'repository') return found;
  const { models } = found.listing;
  const real = models.filter(({ kind }) => kind === 'model');
  const listed = real.length > 0 ? real : models;
  throw severalModels(found.name, `the repository holds ${listed.length} models`, targets(listed));
}

/** Maximum number of models of one name: the largest repositories of quantizations have a hundred. */
const MOST_OF_A_REPOSITORY = 500;

/**
 * The targets of all models of a repository and of their companion files; the name itself if it refers to one file. The targets contain
 * paths, because a quantization name would require requesting the list again. Throws LocateError.
 */
export async function modelsOfRepository(location: RemoteLocation): Promise<string[]> {
  const found = await findRemote(location);
  if (found.kind !== 'repository') return [location.target];
  const { length } = found.paths;
  if (length <= MOST_OF_A_REPOSITORY) return found.paths;
  throw new LocateError(
    'too-many-files',
    found.name,
    `the repository contains ${length} models, too many to read at once`,
    'name the ones you want',
  );
}

function badHubName(name: string, scheme: HubScheme): LocateError {
  const repository = `${scheme}:owner/repo`;
  const hint = `write ${repository}, ${repository}:Q4_K_M or ${repository}/file.gguf; @revision may follow the repository`;
  const where = { hf: 'the Hugging Face hub', ms: 'ModelScope' }[scheme];
  return new LocateError('bad-name', name, `this does not name a model of ${where}`, hint);
}

/** User name and password of an address, as a header; they must not stay in the address, because redirects and errors repeat it. */
function ofUser({ username, password }: URL): Record<string, string> {
  return username === '' && password === '' ? {} : { authorization: basic(username, password) };
}
