/** A small ModelScope: its list of files, files served by another host, refusals in JSON, and tokens. */

import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { type Answer, fileAnswer, type Loopback, serve } from './loopback.js';

export interface ModelScopeOptions {
  /** The files of the repository, by their paths. */
  files: Readonly<Record<string, Uint8Array>>;
  /** The repository is shown only to clients that send this token. */
  token?: string;
}

export interface TestModelScope {
  site: Loopback;
  /** The other host that serves the bytes. */
  cdn: Loopback;
  env: Record<string, string>;
  close(): Promise<void>;
}

const shaOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Serves the repository `owner/repo` at the revision `master`. */
export async function startModelScope({ files, token }: ModelScopeOptions): Promise<TestModelScope> {
  const bySha = new Map(Object.values(files).map((bytes) => [shaOf(bytes), bytes]));
  const cdn = await serve((request, response, before) => {
    const [, sha = ''] = /^\/lfs\/(\w+)\?auth_key=/.exec(request.url ?? '') ?? [];
    const bytes = bySha.get(sha);
    if (bytes === undefined) response.writeHead(403).end();
    else fileAnswer(bytes, { etag: `"${sha}"` })(request, response, before);
  });
  const answer: Answer = (request, response) => {
    const url = new URL(request.url ?? '', 'http://site');
    const say = (status: number, code: number, more: object = {}) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          Code: code,
          Message: 'as the site says it',
          RequestId: 'x',
          Success: code === 200,
          ...more,
        }),
      );
    const { authorization, cookie } = request.headers;
    const known = authorization === `Bearer ${token}` && cookie === `m_session_id=${token}`;
    const [, path] = /^\/api\/v1\/models\/owner\/repo\/repo(\/files)?$/.exec(url.pathname) ?? [];
    const isFile = url.pathname === '/api/v1/models/owner/repo/repo';
    if (path === undefined && !isFile) return void say(404, 10010205001);
    if (url.searchParams.get('Revision') !== 'master') return void say(404, 10010205001);
    if (token !== undefined && !known) return void say(authorization ? 403 : 404, 10010205001);
    if (path !== undefined) return void say(200, 200, { Data: { Files: entriesOf(files) } });
    const bytes = files[url.searchParams.get('FilePath') ?? ''];
    if (bytes === undefined) return void say(404, 10010205023);
    response.writeHead(302, { location: `${cdn.named}/lfs/${shaOf(bytes)}?auth_key=s3cret` }).end();
  };
  const site = await serve(answer);
  return {
    site,
    cdn,
    env: { MODELSCOPE_DOMAIN: site.origin },
    close: async () => void (await Promise.all([site.close(), cdn.close()])),
  };
}

function entriesOf(files: ModelScopeOptions['files']): object[] {
  const folders = [...new Set(Object.keys(files).map(dirname))].filter((folder) => folder !== '.');
  return [
    ...folders.map((path) => ({ Name: path, Path: path, Type: 'tree', Size: 0, Mode: '040000' })),
    ...Object.entries(files).map(([path, bytes]) => ({
      ...{ Name: path.split('/').at(-1), Path: path, Type: 'blob', Size: bytes.length, Mode: '100644' },
      ...{
        IsLFS: bytes.length > 100_000,
        Sha256: shaOf(bytes),
        Revision: '0f'.repeat(20),
        CommittedDate: 1_760_000_000,
      },
    })),
  ];
}
