/**
 * Finds an Ollama model that is not on this machine in the registry that its name refers to: `GET /v2/<namespace>/<model>/manifests/<tag>`
 * returns the list of layers, `…/blobs/sha256:<digest>` redirects to the bytes of one (the protocol of container registries, as used by
 * server/images.go and server/download.go of Ollama). Only the model's header is read; nothing is downloaded and no Ollama key is used, so
 * models that are not public are refused.
 */

import { getText } from '../../io/http/get-text.js';
import type { HttpSettings } from '../../io/http/patience.js';
import { RemoteFile } from '../../io/http/remote-file.js';
import { TransferError } from '../../io/transfer-error.js';
import { shardName } from '../../words/shard-names.js';
import { withoutTrailing } from '../../words/without-trailing.js';
import { LocateError } from '../locate-error.js';
import type { Found, HeadersFor, HttpLocation } from '../location.js';
import { OFFICIAL_REGISTRY, type OllamaName, readOllamaName } from './name.js';
import { type OllamaLayer, readLayers } from './ollama-manifest.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of a request. */
export interface Asking {
  env: Environment;
  headers: HeadersFor;
  settings: HttpSettings;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** Sets another address for the default registry, such as a mirror. Ollama has no such setting. */
const MIRROR = 'GGUF_EXPLAIN_OLLAMA_REGISTRY';

/** The origin of a name's registry; undefined if the target is not a model name. */
export function registryOrigin(target: string, env: Environment): string | undefined {
  const name = readOllamaName(target);
  return name === null ? undefined : registryOf(name, env)?.origin;
}

function registryOf({ host, scheme = 'https' }: OllamaName, env: Environment): URL | undefined {
  const mirror = host.toLowerCase() === OFFICIAL_REGISTRY ? env[MIRROR]?.trim() : undefined;
  const text = mirror ? withoutTrailing(mirror, '/') : `${scheme}://${host}`;
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(`${text}/`) : undefined;
}

/** `name` is the target as named in messages. Throws TransferError if there is no response, LocateError for a manifest without a model. */
export async function findInRegistry(
  name: string,
  wanted: OllamaName,
  { env, headers, settings }: Asking,
): Promise<Found> {
  const registry = registryOf(wanted, env);
  if (registry === undefined) {
    throw new TransferError('bad-address', 'the address of its registry is not valid', {
      hint: `set ${MIRROR} for another one`,
    });
  }
  const secrets = headers(registry.origin);
  const path = `v2/${wanted.namespace}/${wanted.model}`;
  const layers = await layersAt(
    name,
    wanted,
    { url: new URL(`${path}/manifests/${wanted.tag}`, registry), secrets },
    settings,
  );
  const fileOf = ({ hex }: OllamaLayer, typed?: string): HttpLocation => {
    const url = new URL(`${path}/blobs/sha256:${hex}`, registry);
    const reword = (error: TransferError) => registryWords(error, wanted);
    const digest = { sha256: hex, from: 'its manifest' };
    return {
      kind: 'http',
      name: typed ?? url.href,
      path: null,
      file: new RemoteFile(url, { secrets, settings, reword, digest }),
    };
  };
  const models = layers.filter(({ kind }) => kind === 'model');
  const [first, ...others] = models;
  if (first === undefined) throw noModel(name);
  if (others.length > 0) {
    const shards = models.map((layer, i) => {
      const fileName = shardName(wanted.model, i, models.length);
      return { fileName, number: i + 1, named: true, location: fileOf(layer) };
    });
    return { kind: 'shards', name, path: null, count: models.length, shards, surplus: [] };
  }
  const companions = layers.flatMap((layer) => {
    if (layer.kind === 'model') return [];
    const location = fileOf(layer);
    return [{ kind: layer.kind, name: location.name, location, bytes: layer.bytes ?? 0 }];
  });
  return { ...fileOf(first, name), ...(companions.length > 0 && { companions }) };
}

/** The error for a name that exists but contains nothing readable. */
export function noModel(name: string): LocateError {
  const hint = "models in Ollama's cloud and models stored tensor by tensor are not GGUF files";
  return new LocateError('no-models', name, 'Ollama has the name, but no GGUF file for it', hint);
}

async function layersAt(
  name: string,
  wanted: OllamaName,
  route: { url: URL; secrets: Readonly<Record<string, string>> },
  settings: HttpSettings,
): Promise<OllamaLayer[]> {
  let text: string;
  try {
    ({ text } = await getText(route, settings, { accept: MANIFEST }));
  } catch (error) {
    throw error instanceof TransferError ? registryWords(error, wanted) : error;
  }
  return readLayers(text, (why) => {
    const message = `the answer of ${wanted.host} is not a manifest: ${why}`;
    return new LocateError('bad-manifest', name, message, 'check that the host is a registry of models');
  });
}

/** Rewords an error with the model's name; other errors are returned unchanged. */
function registryWords(error: TransferError, { host, namespace, model, tag }: OllamaName): TransferError {
  const { answer } = error;
  if (answer === undefined || ![401, 403, 404].includes(answer.status)) return error;
  const status = `(HTTP ${answer.status})`;
  if (answer.status === 404) {
    return new TransferError('not-found', `${host} has no model ${namespace}/${model} with the tag ${tag} ${status}`, {
      answer,
      hint: 'a name without a tag means the tag latest',
    });
  }
  const code = answer.status === 401 ? 'unauthorized' : 'forbidden';
  return new TransferError(code, `${host} refuses access to ${namespace}/${model} ${status}`, {
    answer,
    hint: `if the registry takes a token: --header-for ${host} "Authorization: Bearer TOKEN"`,
  });
}
