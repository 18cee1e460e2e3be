/** The hub's address and token, from the environment variables of its own library (huggingface_hub, `constants.py`). */

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readSmallFile } from '../../io/file.js';
import type { Route } from '../../io/http/follow.js';
import { TransferError } from '../../io/transfer-error.js';
import { withoutTrailing } from '../../words/without-trailing.js';
import type { HeadersFor } from '../location.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Hub {
  endpoint: URL;
  /** The folder `hub` of the local cache; undefined if no cache is used. */
  cache: string | undefined;
  /** Whether network requests are forbidden. */
  offline: boolean;
  /** Whether a token is available. */
  hasToken: boolean;
  /**
   * An address of the hub, with the token if it belongs to the endpoint. Throws TransferError if the environment names no usable endpoint.
   */
  route(path: string): Route;
}

/** The address of the hub; the official one if HF_ENDPOINT is not usable. */
export function hubEndpoint(env: Environment): URL {
  return endpointIn(env) ?? new URL(OFFICIAL);
}

/** `headers` are the headers that the user gave. */
export function hubOf(env: Environment, headers: HeadersFor): Hub & { cache: string } {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
  const named = endpointIn(env);
  const endpoint = named ?? new URL(OFFICIAL);
  const token = env.HF_TOKEN?.trim() || env.HUGGING_FACE_HUB_TOKEN?.trim() || tokenOf(env, home);
  const secrets = { ...(token && { authorization: `Bearer ${token}` }), ...headers(endpoint.origin) };
  return {
    endpoint,
    cache: env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, 'hub'),
    offline: /^(?:1|on|yes|true)$/i.test(env.HF_HUB_OFFLINE ?? ''),
    hasToken: 'authorization' in secrets,
    route(path) {
      // Using another hub than the intended one would disclose names and a token to it.
      if (named === undefined) {
        throw new TransferError('bad-address', 'HF_ENDPOINT is not a web address', { hint: `such as ${OFFICIAL}` });
      }
      const url = new URL(path, endpoint);
      return { url, secrets: url.origin === endpoint.origin ? secrets : {} };
    },
  };
}

const OFFICIAL = 'https://huggingface.co';

/** The address ends in a slash, so that a relative path does not replace its last part. Undefined for an invalid address. */
function endpointIn({ HF_ENDPOINT }: Environment): URL | undefined {
  const text = HF_ENDPOINT?.trim() || OFFICIAL;
  const usable = /^https?:\/\//i.test(text) && URL.canParse(text);
  return usable ? new URL(`${withoutTrailing(text, '/')}/`) : undefined;
}

/** Maximum bytes of a token file; tokens have about forty characters. */
const MOST_OF_A_TOKEN = 64 * 1024;

/** A path that the user set may be a pipe; in the default place it must be a file. */
function tokenOf({ HF_TOKEN_PATH }: Environment, home: string): string | undefined {
  try {
    const text = HF_TOKEN_PATH
      ? readFileSync(HF_TOKEN_PATH, 'utf8')
      : readSmallFile(join(home, 'token'), MOST_OF_A_TOKEN);
    return text?.trim() || undefined;
  } catch {
    return undefined;
  }
}
