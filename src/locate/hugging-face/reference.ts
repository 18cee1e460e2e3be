/**
 * What people call a model on a hub: `hf:owner/repo`, or `ms:owner/repo` on ModelScope, with a quantization, a file or a revision behind
 * it; and the addresses of the Hugging Face hub's pages as a browser shows them.
 */

import { withoutTrailing } from '../../words/without-trailing.js';

/** The Hugging Face hub, and ModelScope: how their names begin. */
export type HubScheme = 'hf' | 'ms';

/** A repository, and what of it is meant; everything where neither path nor label is there. */
export interface HubReference {
  hub: HubScheme;
  /** `owner/repo`. */
  repository: string;
  /** A branch, a tag or a commit. */
  revision: string;
  /** A file, or a folder, of the repository. */
  path?: string;
  /** The quantization in the name of the file, such as `Q4_K_M`. */
  label?: string;
}

/** The branch that is meant where none is named. */
export const DEFAULT_REVISION: Readonly<Record<HubScheme, string>> = { hf: 'main', ms: 'master' };

const REPOSITORY = /^[A-Za-z\d_][\w.-]{0,95}\/[A-Za-z\d_][\w.-]{0,95}$/;
/** A revision with a slash is a pull request's (`refs/pr/1`), or has `%2F` in its place. */
const SHORT =
  /^(hf|ms):(?:\/\/)?([^/@:]+\/[^/@:]+)(?:@((?:refs\/\w+\/)?[^/:]+))?(?::([\w.-]+)|\/(.+?))?(?:@([^@]+))?$/i;

/** Reads `hf:…` and `ms:…`; null where it is of no known form. */
export function readHubName(name: string): HubReference | null {
  const [, scheme, repository = '', before, label, path, behind] = SHORT.exec(withoutTrailing(name, '/')) ?? [];
  if (scheme === undefined) return null;
  const hub = scheme.toLowerCase() as HubScheme;
  if (before !== undefined && behind !== undefined) return null;
  const revision = decoded(before ?? behind ?? DEFAULT_REVISION[hub]);
  return sound({ hub, repository, revision, ...(path && { path }), ...(label && { label }) });
}

/** The hosts of the hub; `endpoint` is another one where the environment names it. */
const HOSTS = ['huggingface.co', 'www.huggingface.co', 'hf.co'];

/** First words of paths that are no models. */
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
    // The viewer of the hub puts the file that it shows here.
    const path = url.searchParams.get('show_file_info') ?? undefined;
    return sound({ hub, repository, revision: DEFAULT_REVISION.hf, ...(path && { path }) });
  }
  if (!['tree', 'blob', 'resolve', 'raw'].includes(view)) return null;
  const words = rest[0] === 'refs' && rest.length > 2 ? [rest.slice(0, 3).join('/'), ...rest.slice(3)] : rest;
  const [revision = DEFAULT_REVISION.hf, ...path] = words.map(decoded);
  return sound({ hub, repository, revision, ...(path.length > 0 && { path: path.join('/') }) });
}

/** Where the Hugging Face hub has a file of a repository, from its endpoint. */
export function hubPath({ repository, revision }: HubReference, path: string): string {
  return `${repository}/resolve/${encodeURIComponent(revision)}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** A part of a path without `%20` and the like; as it is where it cannot be read. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Names become parts of paths on this machine: none may lead out of its folder. */
export function sound(reference: HubReference): HubReference | null {
  const { repository, revision, path } = reference;
  const inside = staysInside(revision) && staysInside(path ?? 'a');
  return REPOSITORY.test(repository) && !repository.includes('..') && inside ? reference : null;
}

/** Whether a path from the top of a repository, whoever wrote it, leads to a place below that top. */
export function staysInside(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\0]/.test(part));
}
