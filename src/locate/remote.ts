/** An address or a name of a hub or a store → where its bytes are. Loaded only for such a name. */

import { type HttpSettings, httpSettings } from '../io/http/patience.js';
import { basic } from '../io/http/proxy.js';
import { RemoteFile } from '../io/http/remote-file.js';
import { TransferError } from '../io/transfer-error.js';
import { withoutSecrets } from '../words/without-secrets.js';
import { hubOf } from './hugging-face/hub.js';
import { decoded, readHubAddress, readHubName } from './hugging-face/reference.js';
import { findOnHub, type HubAnswer, targets } from './hugging-face.js';
import { LocateError, severalModels, transferError } from './locate-error.js';
import type { Found, HeadersFor, RemoteLocation } from './location.js';
import { findInOllama } from './ollama.js';
import { foundOrSet } from './shards.js';

/** The one model that a name stands for, or a repository of several. Throws LocateError. */
export async function findRemote({ name, target, headers, signal }: RemoteLocation): Promise<HubAnswer> {
  if (/^ollama:/i.test(target)) return findInOllama(name, target, process.env);
  const settings = { ...httpSettings(process.env), signal };
  const hub = hubOf(process.env, headers);
  try {
    if (/^hf:/i.test(target)) {
      const reference = readHubName(target);
      if (reference === null) throw badHubName(name);
      return await findOnHub(name, reference, hub, settings);
    }
    if (!URL.canParse(target)) throw new TransferError('bad-address', 'this is not a web address');
    const url = new URL(target);
    const reference = readHubAddress(url, hub.endpoint);
    if (reference !== null) return await findOnHub(name, reference, hub, settings);
    return atAddress(name, url, headers, settings);
  } catch (error) {
    throw transferError(name, error);
  }
}

/** The file at an address, or the set that it is a shard of: the others have addresses that differ in the name of the file alone. */
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

/** The same where only one model will do. Throws LocateError for a repository of several. */
export async function findOneRemote(location: RemoteLocation): Promise<Found> {
  const found = await findRemote(location);
  if (found.kind !== 'repository') return found;
  const { models } = found.listing;
  const real = models.filter(({ kind }) => kind === 'model');
  const listed = real.length > 0 ? real : models;
  throw severalModels(found.name, `the repository holds ${listed.length} models`, targets(listed));
}

function badHubName(name: string): LocateError {
  const hint =
    'there is hf:owner/repo, hf:owner/repo:Q4_K_M and hf:owner/repo/file.gguf, each may have @revision after the repository';
  return new LocateError('bad-name', name, 'it names no model of the Hugging Face hub', hint);
}

/** User and password of an address; they must not stay in it, as redirects and errors repeat addresses. */
function ofUser({ username, password }: URL): Record<string, string> {
  return username === '' && password === '' ? {} : { authorization: basic(username, password) };
}
