/** The files of a repository, as the hub lists them (`GET /api/models/{repo}/tree/{revision}`), page by page. */

import { getText } from '../../bytes/http/get-text.js';
import type { HttpSettings } from '../../bytes/http/patience.js';
import { TransferError } from '../../bytes/transfer-error.js';
import type { Hub } from './hub.js';
import { type HubReference, staysInside } from './reference.js';

export interface HubFile {
  /** From the top of the repository. */
  path: string;
  bytes: number;
}

/** The hub puts a thousand entries on a page; no repository of models has so many pages. */
const MOST_PAGES = 200;

/** All files, those in folders too. Throws TransferError. */
export async function repositoryFiles(
  hub: Hub,
  { repository, revision }: Pick<HubReference, 'repository' | 'revision'>,
  settings: HttpSettings,
): Promise<HubFile[]> {
  const files: HubFile[] = [];
  let next: string | undefined = `api/models/${repository}/tree/${encodeURIComponent(revision)}?recursive=true`;
  for (let page = 0; next !== undefined && page < MOST_PAGES; page++) {
    const { text, headers } = await getText(hub.route(next), settings);
    files.push(...filesOn(text));
    next = nextPage(headers.link, hub);
  }
  return files;
}

/** `Link: <https://…>; rel="next"` (RFC 8288). */
function nextPage(link: string | string[] | undefined, { endpoint }: Hub): string | undefined {
  const [, address] = /<([^<>]+)>[^,<]*;\s*rel="?next"?/i.exec(String(link ?? '')) ?? [];
  if (address === undefined) return undefined;
  const page = URL.canParse(address, endpoint.href) ? new URL(address, endpoint) : undefined;
  if (page !== undefined && /^https?:$/.test(page.protocol)) return page.href;
  throw new TransferError(
    'unexpected-answer',
    'the hub says that its list goes on at something that is no web address',
  );
}

function filesOn(page: string): HubFile[] {
  let entries: unknown;
  try {
    entries = JSON.parse(page);
  } catch {
    entries = undefined;
  }
  if (!Array.isArray(entries)) {
    throw new TransferError('unexpected-answer', 'what the hub answers is no list of files', {
      hint: 'HF_ENDPOINT names the hub that is asked',
    });
  }
  return entries.flatMap((entry: { type?: unknown; path?: unknown; size?: unknown } | null) => {
    const { type, path, size } = entry ?? {};
    // A path becomes one on this machine, where the cache is asked for the file.
    const named = type === 'file' && typeof path === 'string' && staysInside(path);
    return named && Number.isSafeInteger(size) && (size as number) >= 0 ? [{ path, bytes: size as number }] : [];
  });
}
