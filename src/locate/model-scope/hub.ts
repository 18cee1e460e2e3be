/**
 * ModelScope's address and token, from the environment variables of its own library (modelscope, `hub/constants.py` and `hub/api.py`):
 * MODELSCOPE_DOMAIN, a host or an address, and MODELSCOPE_API_TOKEN. Its local cache is not used.
 */

import { TransferError } from '../../io/transfer-error.js';
import { withoutTrailing } from '../../words/without-trailing.js';
import type { Hub } from '../hugging-face/hub.js';
import { DEFAULT_REVISION, decoded, type HubReference, sound } from '../hugging-face/reference.js';
import type { HeadersFor } from '../location.js';

type Environment = Readonly<Record<string, string | undefined>>;

const OFFICIAL = 'https://www.modelscope.cn';

/** The sites of ModelScope; each has its own models. */
const HOSTS = ['modelscope.cn', 'www.modelscope.cn', 'modelscope.ai', 'www.modelscope.ai'];

/** The address of ModelScope; the official one if MODELSCOPE_DOMAIN is not usable. */
export function modelScopeEndpoint(env: Environment): URL {
  return endpointIn(env) ?? new URL(OFFICIAL);
}

/** `headers` are the headers that the user gave; `site` is the address of one of the sites, if the user named a page of it. */
export function modelScopeOf(env: Environment, headers: HeadersFor, site?: URL): Hub {
  const named = endpointIn(env);
  const own = named ?? new URL(OFFICIAL);
  const endpoint = site ?? own;
  const token = env.MODELSCOPE_API_TOKEN?.trim();
  // The token is sent in both ways, as the library does, because older parts of the service only know the cookie.
  const login = token && endpoint.origin === own.origin && loginOf(token);
  const secrets = { ...(login || {}), ...headers(endpoint.origin) };
  return {
    endpoint,
    cache: undefined,
    offline: false,
    hasToken: 'authorization' in secrets,
    route(path) {
      // Using another site than the intended one would disclose names and a token to it.
      if (named === undefined && site === undefined) {
        throw new TransferError('bad-address', 'MODELSCOPE_DOMAIN is not a host', {
          hint: 'such as www.modelscope.cn',
        });
      }
      const url = new URL(path, endpoint);
      return { url, secrets: url.origin === endpoint.origin ? secrets : {} };
    },
  };
}

function loginOf(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, cookie: `m_session_id=${token}` };
}

/** The address ends in a slash, so that a relative path does not replace its last part. Undefined for an invalid address. */
function endpointIn({ MODELSCOPE_DOMAIN }: Environment): URL | undefined {
  const text = MODELSCOPE_DOMAIN?.trim() || OFFICIAL;
  const address = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  const usable = URL.canParse(address) && !/[\s@]/.test(text);
  return usable ? new URL(`${withoutTrailing(address, '/')}/`) : undefined;
}

/** Views of a repository, and the number of path segments before the revision. */
const VIEWS: Readonly<Record<string, number>> = { resolve: 0, file: 1, tree: 0 };

/**
 * Reads the address of a model's page, or of a file in it: `/models/owner/repo`, `…/summary`, `…/files`, `…/file/view/master/x.gguf`,
 * `…/resolve/master/x.gguf`. Null for every other address.
 */
export function readModelScopeAddress(url: URL, endpoint: URL): HubReference | null {
  if (!HOSTS.includes(url.host) && url.origin !== endpoint.origin) return null;
  const [models, owner = '', name = '', view, ...rest] = url.pathname.split('/').filter((part) => part);
  if (models !== 'models') return null;
  const reference = { hub: 'ms', repository: `${owner}/${name}`, revision: DEFAULT_REVISION.ms } as const;
  const before = view === undefined ? undefined : VIEWS[view];
  if (before === undefined) return view === undefined || rest.length === 0 ? sound(reference) : null;
  const [revision = DEFAULT_REVISION.ms, ...path] = rest.slice(before).map(decoded);
  return sound({ ...reference, revision, ...(path.length > 0 && { path: path.join('/') }) });
}
