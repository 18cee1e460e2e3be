/**
 * Names of models on a hub: `hf:owner/repo`, or `ms:owner/repo` on ModelScope, optionally followed by a quantization, a file or a revision;
 * and the addresses of the Hugging Face hub's pages as shown in a browser.
 */

import { withoutTrailing } from '../../words/without-trailing.js';

/** The prefixes of the Hugging Face hub and ModelScope. */
export type HubScheme = 'hf' | 'ms';

/** A repository, and the selected part of it; everything if there is neither path nor label. */
export interface HubReference {
  hub: HubScheme;
  /** `owner/repo`. */
  repository: string;
  /** A branch, a tag or a commit. */
  revision: string;
  /** A file or folder of the repository. */
  path?: string;
  /** The quantization in the name of the file, such as `Q4_K_M`. */
  label?: string;
}

/** The default branch. */
export const DEFAULT_REVISION: Readonly<Record<HubScheme, string>> = { hf: 'main', ms: 'master' };

const REPOSITORY = /^[A-Za-z\d_][\w.-]{0,95}\/[A-Za-z\d_][\w.-]{0,95}$/;
/** A revision with a slash is a pull request's (`refs/pr/1`), or is written with `%2F`. */
const SHORT =
  /^(hf|ms):(?:\/\/)?([^/@:]+\/[^/@:]+)(?:@((?:refs\/\w+\/)?[^/:]+))?(?::([\w.-]+)|\/(.+?))?(?:@([^@]+))?$/i;

/** Reads `hf:…` and `ms:…`; null if the form is unknown. */
export function readHubName(name: string): HubReference | null {
  const [, scheme, repository = '', before, label, path, behind] = SHORT.exec(withoutTrailing(name, '/')) ?? [];
  if (scheme === undefined) return null;
  const hub = scheme.toLowerCase() as HubScheme;
  if (before !== undefined && behind !== undefined) return null;
  const revision = decoded(before ?? behind ?? DEFAULT_REVISION[hub]);
  return sound({ hub, repository, revision, ...(path && { path }), ...(label && { label }) });
}

/** The hosts of the hub; `endpoint` is another one if the environment sets it. */
const HOSTS = ['huggingface.co', 'www.huggingface.co', 'hf.co'];

/** First path segments that are not owners of models. */
const NO_OWNERS = ['api', 'blog', 'collections', 'datasets', 'docs', 'models', 'organizations', 'papers', 'spaces'];

/** Reads the address of a model's page or of a file in it; null for every other address. */
export function readHubAddress(url: URL, endpoint: URL): HubReference | null {
  const below = url.origin === endpoint.origin ? endpoint.pathname.replace(/\/$/, '') : '';
  if (!HOSTS.includes(url.host) && url.origin !== endpoint.origin) return null;
  if (!url.pathname.startsWith(`${below}/`)) return null;
  const [owner = '', last = '', view, ...rest] = url.pathname
    .slice(below.length + 1)
    .split('/')
    .filter((part) => part);
  if (NO_OWNERS.includes(owner)) return null;
  // The hub's own pages write `hf.co/owner/repo:Q4_K_M` for llama.cpp and Ollama.
  const [name = '', label] = view === undefined ? last.split(':') : [last];
  const hub = 'hf';
  const repository = `${owner}/${name}`;
  if (label) return sound({ hub, repository, revision: DEFAULT_REVISION.hf, label });
  if (view === undefined) {
    // The hub's file viewer puts the displayed file here.
    const path = url.searchParams.get('show_file_info') ?? undefined;
    return sound({ hub, repository, revision: DEFAULT_REVISION.hf, ...(path && { path }) });
  }
  if (!['tree', 'blob', 'resolve', 'raw'].includes(view)) return null;
  const words = rest[0] === 'refs' && rest.length > 2 ? [rest.slice(0, 3).join('/'), ...rest.slice(3)] : rest;
  const [revision = DEFAULT_REVISION.hf, ...path] = words.map(decoded);
  return sound({ hub, repository, revision, ...(path.length > 0 && { path: path.join('/') }) });
}

/** The path of a repository's file on the Hugging Face hub, relative to the endpoint. */
export function hubPath({ repository, revision }: HubReference, path: string): string {
  return `${repository}/resolve/${encodeURIComponent(revision)}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** A path segment with percent-encoding decoded; unchanged if it is malformed. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Checks the names, which become parts of local paths: none may lead out of its folder. */
export function sound(reference: HubReference): HubReference | null {
  const { repository, revision, path } = reference;
  const inside = staysInside(revision) && staysInside(path ?? 'a');
  return REPOSITORY.test(repository) && !repository.includes('..') && inside ? reference : null;
}

/** Whether a path relative to the top of a repository stays below that top, no matter who wrote it. */
export function staysInside(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\0]/.test(part));
}
