/** A model on a web server: only the bytes of its header are requested, and the server has to let other pages read the file (CORS). */

import { ExplainedError } from '../explained-error.js';
import { decodeHeader, type GgufFile } from '../gguf/decode.js';
import { joinShards, type ReadShard } from '../gguf/shard-set.js';
import { decodeStream } from '../io/decode-loop.js';
import { decoded, hubPath, readHubAddress, readHubName } from '../locate/hugging-face/reference.js';
import { isOfSet, readShardName, shardName, tooManyShards } from '../words/shard-names.js';

/** Called with the number of bytes that arrived. */
type OnBytes = (bytes: number) => void;

/** A header, and the address that it came from; the data stays on the server. */
export interface ModelAtAddress {
  name: string;
  file: GgufFile;
  bytes?: undefined;
}

/**
 * The header at an address. For a shard: the header of its whole set, from addresses that differ only in the name of the file. Throws
 * GgufError and ExplainedError.
 */
export async function modelAtAddress(typed: string, onBytes: OnBytes): Promise<ModelAtAddress> {
  const url = addressOf(typed);
  const folder = url.pathname.slice(0, url.pathname.lastIndexOf('/') + 1);
  const shard = readShardName(url.pathname.slice(folder.length));
  if (shard === null || shard.count < 2 || !isOfSet(shard))
    return { name: url.href, file: await headerAt(url, onBytes) };
  const refused = tooManyShards(shard.count);
  if (refused !== undefined) throw new ExplainedError('too-many-shards', refused);
  const read: (ReadShard | null)[] = [];
  const numbers = Array.from({ length: shard.count }, (_, no) => no).values();
  const work = async () => {
    for (const no of numbers) {
      const fileName = shardName(shard.stem, no, shard.count, shard.extension);
      const one = new URL(url);
      one.pathname = folder + fileName;
      const file = await headerAt(one, onBytes).catch((error: unknown) => {
        if (no !== shard.no && isAbsent(error)) return null;
        throw error;
      });
      read[no] = file && { fileName: decoded(fileName), number: no + 1, file };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const found = read.filter((one) => one !== null);
  return { name: url.href, file: joinShards(found, { count: shard.count, surplus: [] }) };
}

/** Requests that run at the same time. */
const AT_ONCE = 4;

function isAbsent(error: unknown): boolean {
  return error instanceof ExplainedError && error.code === 'not-found';
}

async function headerAt(url: URL, onBytes: OnBytes): Promise<GgufFile> {
  const first = await ask(url, 0, FIRST_SLICE);
  return await decodeStream(slices(url, first, onBytes), (window) => decodeHeader(window), sizeOf(first));
}

// Slices that grow, so that a small header takes one request and a large one only a few.
const FIRST_SLICE = 256 * 1024;
const LARGEST_SLICE = 8 * 1024 * 1024;

const HUB = new URL('https://huggingface.co');

/** An address, the page of a file on the hub, or `hf:owner/repo/file.gguf`. Throws ExplainedError. */
function addressOf(typed: string): URL {
  const text = typed.trim();
  // Other hubs do not let pages read their files: their names are refused like any other text.
  const named = /^hf:/i.test(text) ? readHubName(text) : null;
  const url = /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  const reference = named ?? (url && readHubAddress(url, HUB));
  if (reference?.path !== undefined) return new URL(hubPath(reference, reference.path), HUB);
  if (reference === null || reference === undefined) {
    if (url !== undefined) return url;
    const message = `"${typed}" is not the address of a file`;
    throw new ExplainedError('bad-address', message, 'write https://… or hf:owner/repo/file.gguf');
  }
  const message = `"${typed}" names a repository, and this page reads one file`;
  throw new ExplainedError('bad-address', message, `add the name of the file: hf:${reference.repository}/file.gguf`);
}

async function* slices(url: URL, first: Response, onBytes: OnBytes): AsyncGenerator<Uint8Array, void, void> {
  let [answer, at, wanted] = [first, 0, FIRST_SLICE];
  for (;;) {
    if (answer.status !== 206) {
      // A server without range support sends the whole file: only what is needed is read.
      yield* bodyOf(answer, onBytes);
      return;
    }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    onBytes(bytes.length);
    yield bytes;
    at += bytes.length;
    if (bytes.length < wanted || at === sizeOf(first)) return;
    wanted = Math.min(2 * wanted, LARGEST_SLICE);
    answer = await ask(url, at, wanted);
    if (answer.status === 416) return;
  }
}

async function* bodyOf({ body }: Response, onBytes: OnBytes): AsyncGenerator<Uint8Array, void, void> {
  const reader = body?.getReader();
  try {
    for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
      onBytes(next.value.length);
      yield next.value;
    }
  } finally {
    await reader?.cancel();
  }
}

async function ask(url: URL, at: number, length: number): Promise<Response> {
  const answer = await fetch(url, {
    headers: { range: `bytes=${at}-${at + length - 1}` },
    ...{ credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' },
  }).catch(() => {
    const hint =
      'the server may not be reachable, or it does not allow other pages to read the file (CORS); download the file and drop it here';
    throw new ExplainedError('no-answer', `${url.host} gave no answer that this page may read`, hint);
  });
  if (answer.ok || (answer.status === 416 && at > 0)) return answer;
  const code = answer.status === 404 || answer.status === 410 ? 'not-found' : 'http-error';
  throw new ExplainedError(code, `${url.host} answers ${answer.status} for ${url.pathname}`, 'check the address');
}

/** Undefined if the server does not state it, or does not let other pages see it. */
function sizeOf({ headers, status }: Response): number | undefined {
  const all = status === 206 ? /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] : headers.get('content-length');
  return all === null || all === undefined ? undefined : Number(all);
}
