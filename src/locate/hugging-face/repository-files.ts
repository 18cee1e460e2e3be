/** The files of a repository, as the hub lists them (`GET /api/models/{repo}/tree/{revision}`), page by page. */

import { getText } from '../../io/http/get-text.js';
import type { HttpSettings } from '../../io/http/patience.js';
import { TransferError } from '../../io/transfer-error.js';
import { parseJson } from '../bounded-json.js';
import type { Hub } from './hub.js';
import { type HubReference, staysInside } from './reference.js';

export interface HubFile {
  /** Relative to the top of the repository. */
  path: string;
  bytes: number;
}

/** Maximum number of pages; the hub puts a thousand entries on a page, and no repository of models has this many. */
const MOST_PAGES = 200;
const MOST_FILES = 100_000;

/** All files including those in folders, each once. Throws TransferError, also for a list that is too long. */
export async function repositoryFiles(
  hub: Hub,
  { repository, revision }: Pick<HubReference, 'repository' | 'revision'>,
  settings: HttpSettings,
): Promise<HubFile[]> {
  const files = new Map<string, HubFile>();
  const asked = new Set<string>();
  let next: string | undefined = `api/models/${repository}/tree/${encodeURIComponent(revision)}?recursive=true`;
  while (next !== undefined) {
    const route = hub.route(next);
    if (asked.has(route.url.href)) throw endless('links back to an earlier page');
    if (asked.size === MOST_PAGES) throw endless(`has more than ${MOST_PAGES} pages`);
    asked.add(route.url.href);
    const { text, headers } = await getText(route, settings);
    for (const file of filesOn(text)) files.set(file.path, file);
    if (files.size > MOST_FILES) throw endless(`has more than ${MOST_FILES} files`);
    next = nextPage(headers.link, hub);
  }
  return [...files.values()];
}

function endless(what: string): TransferError {
  const hint = 'name one of its files: hf:owner/repo/file.gguf is read without the list';
  return new TransferError('unexpected-answer', `the hub's list of files ${what}`, { hint });
}

/** `Link: <https://…>; rel="next"` (RFC 8288). */
function nextPage(link: string | string[] | undefined, { endpoint }: Hub): string | undefined {
  const links = String(link ?? '').matchAll(/<([^<>]+)>([^<>]*)/g);
  const address = [...links].find(([, , words = '']) => /;\s*rel="?next"?(?![\w-])/i.test(words))?.[1];
  if (address === undefined) return undefined;
  const page = URL.canParse(address, endpoint.href) ? new URL(address, endpoint) : undefined;
  if (page !== undefined && /^https?:$/.test(page.protocol)) return page.href;
  throw new TransferError('unexpected-answer', 'the next page of the list of the hub is not a web address');
}

function filesOn(page: string): HubFile[] {
  const { value: entries, wrong } = parseJson(page);
  if (!Array.isArray(entries)) {
    throw new TransferError('unexpected-answer', `the answer of the hub ${wrong ?? 'is not a list of files'}`, {
      hint: 'HF_ENDPOINT sets the address of the hub',
    });
  }
  return entries.flatMap((entry: { type?: unknown; path?: unknown; size?: unknown } | null) => {
    const { type, path, size } = entry ?? {};
    const file = { path, bytes: size };
    return type === 'file' && isListable(file) ? [file] : [];
  });
}

/** Whether an entry of a listing can be a file of a repository. Its path is also used as a local path when the cache is searched. */
export function isListable(file: { path: unknown; bytes: unknown }): file is HubFile {
  const { path, bytes } = file;
  const named = typeof path === 'string' && staysInside(path) && isTypable(path);
  return named && Number.isSafeInteger(bytes) && (bytes as number) >= 0;
}

/** Maximum length of a path on any system. */
const MOST_OF_A_PATH = 4096;

/** Whether a path can be typed after the name of its repository, which is the purpose of the listing. */
function isTypable(path: string): boolean {
  return path.length <= MOST_OF_A_PATH && !/\p{Cc}/u.test(path);
}
