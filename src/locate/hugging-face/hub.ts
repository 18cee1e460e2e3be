/** Where the hub is and who asks it, by the environment variables of its own library (huggingface_hub, `constants.py`). */

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Route } from '../../bytes/http/follow.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Hub {
  endpoint: URL;
  /** The folder `hub` of the local cache. */
  cache: string;
  /** Nothing may be asked over the network. */
  offline: boolean;
  /** Whether there is a token to send. */
  hasToken: boolean;
  /** An address of the hub, with the token if it is one of the endpoint's. */
  route(path: string): Route;
}

/** `headers` are those that the user wants to be sent. */
export function hubOf(env: Environment, headers: Readonly<Record<string, string>>): Hub {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
  const endpoint = endpointOf(env);
  const token = env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN || tokenIn(env.HF_TOKEN_PATH || join(home, 'token'));
  const secrets = { ...(token && { authorization: `Bearer ${token.trim()}` }), ...headers };
  return {
    endpoint,
    cache: env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, 'hub'),
    offline: /^(?:1|on|yes|true)$/i.test(env.HF_HUB_OFFLINE ?? ''),
    hasToken: 'authorization' in secrets,
    route(path) {
      const url = new URL(path, endpoint);
      return { url, secrets: url.origin === endpoint.origin ? secrets : {} };
    },
  };
}

/** A path below it must not replace its own last part, so it ends in a slash. */
function endpointOf({ HF_ENDPOINT: text }: Environment): URL {
  const usable = text && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : 'https://huggingface.co';
  return new URL(`${usable.replace(/\/+$/, '')}/`);
}

function tokenIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
