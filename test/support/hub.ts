/** A small Hugging Face hub: lists of files in pages, files served by another host, refusals with their codes, and its cache. */

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Answer, fileAnswer, type Loopback, serve } from './loopback.js';

export interface HubOptions {
  /** The files of the repository, by their paths. */
  files: Readonly<Record<string, Uint8Array>>;
  /** Sizes that the list states for files of which only the beginning exists. */
  sizes?: Readonly<Record<string, number>>;
  repository?: string;
  /** Names of the one revision that exists. */
  revisions?: readonly string[];
  /** Files are served only to clients that send this token. */
  token?: string;
  /** Entries on one page of the list. */
  pageSize?: number;
}

export interface TestHub {
  hub: Loopback;
  /** The other host, under another name, that serves the bytes of large files. */
  cdn: Loopback;
  /** The environment that makes the program use this hub. */
  env: Record<string, string>;
  close(): Promise<void>;
}

const shaOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export async function startHub(options: HubOptions): Promise<TestHub> {
  const { files, sizes = {}, repository = 'owner/repo', revisions = ['main'], token, pageSize = 1000 } = options;
  const bySha = new Map(Object.values(files).map((bytes) => [shaOf(bytes), bytes]));
  const cdn = await serve((request, response, before) => {
    const [, sha = ''] = /^\/blobs\/(\w+)\?/.exec(request.url ?? '') ?? [];
    const bytes = bySha.get(sha);
    if (bytes === undefined) response.writeHead(403).end();
    else fileAnswer(bytes, { etag: `"${sha}"` })(request, response, before);
  });
  const refuse: (status: number, code: string) => Answer = (status, code) => (_request, response) =>
    response.writeHead(status, { 'x-error-code': code, 'x-error-message': 'as the hub says it' }).end('{"error":"no"}');

  const answer: Answer = (request, response, before) => {
    const url = new URL(request.url ?? '', 'http://hub');
    const [, api, name, rest = ''] = /^\/(api\/models\/)?([^/]+\/[^/]+)\/(.+)$/.exec(url.pathname) ?? [];
    const say = (status: number, code: string) => refuse(status, code)(request, response, before);
    const known = request.headers.authorization === `Bearer ${token}`;
    // The hub does not reveal to a client without access whether there is such a repository.
    if (name !== repository) return say(token === undefined || !known ? 401 : 404, 'RepoNotFound');
    const [view, revision = '', ...path] = rest.split('/').map(decodeURIComponent);
    if (!revisions.includes(revision)) return say(404, 'RevisionNotFound');
    if (api !== undefined && view === 'tree')
      return listFiles({ files, sizes }, url, pageSize, `${request.headers.host}`, response);
    if (token !== undefined && !known) return say(request.headers.authorization ? 403 : 401, 'GatedRepo');
    const bytes = view === 'resolve' ? files[path.join('/')] : undefined;
    if (bytes === undefined) return say(404, 'EntryNotFound');
    const sha = shaOf(bytes);
    const location = `${cdn.named}/blobs/${sha}?X-Amz-Signature=s3cret`;
    const linked = { 'x-linked-size': String(bytes.length), 'x-linked-etag': `"${sha}"`, 'x-repo-commit': COMMIT };
    return response.writeHead(302, { location, etag: `"${sha}"`, ...linked }).end();
  };
  const hub = await serve(answer);
  return {
    hub,
    cdn,
    env: { HF_ENDPOINT: hub.origin },
    close: async () => void (await Promise.all([hub.close(), cdn.close()])),
  };
}

/** `GET /api/models/{repo}/tree/{revision}?recursive=true`: entries in pages, the next one named in a `Link`. */
function listFiles(
  { files, sizes = {} }: Pick<HubOptions, 'files' | 'sizes'>,
  url: URL,
  pageSize: number,
  host: string,
  response: Parameters<Answer>[1],
): void {
  const entries = Object.entries(files).map(([path, bytes]) => {
    const size = sizes[path] ?? bytes.length;
    const lfs = { oid: shaOf(bytes), size, pointerSize: 135 };
    return { type: 'file', oid: lfs.oid.slice(0, 40), size, path, lfs };
  });
  const folders = [...new Set(Object.keys(files).map(dirname))].filter((folder) => folder !== '.');
  const all = [...folders.map((path) => ({ type: 'directory', oid: '', size: 0, path })), ...entries];
  const start = Number(url.searchParams.get('cursor') ?? 0);
  const next = start + pageSize;
  const address = `<http://${host}${url.pathname}?recursive=true&cursor=${next}>; rel="next"`;
  const headers = { 'content-type': 'application/json', ...(next < all.length && { link: address }) };
  response.writeHead(200, headers).end(JSON.stringify(all.slice(start, next)));
}

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** Writes a cache as huggingface_hub lays it out, with these files of one repository. Returns the folder for `HF_HOME`. */
export function writeCache(
  files: HubOptions['files'],
  repository = 'owner/repo',
): { home: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'gguf-explain-hub-'));
  const folder = join(home, 'hub', `models--${repository.replace('/', '--')}`);
  for (const name of ['blobs', 'refs']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'refs', 'main'), COMMIT);
  for (const [path, bytes] of Object.entries(files)) {
    const blob = join(folder, 'blobs', shaOf(bytes));
    writeFileSync(blob, bytes);
    const link = join(folder, 'snapshots', COMMIT, path);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), blob), link);
  }
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}
