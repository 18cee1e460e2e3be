/**
 * Where a model comes from in a browser: a file that was chosen or dropped, which is read where it is, or an address, which gets requests
 * for its bytes only.
 */

import { ExplainedError } from '../explained-error.js';
import { decodeHeader, type GgufFile } from '../gguf/decode.js';
import { blobBlocks } from '../io/blob-source.js';
import type { BlockSource } from '../io/block-source.js';
import { decodeAt, decodeStream, type RandomAccess } from '../io/decode-loop.js';

/** Is told how many bytes of a header have been read. */
export type OnRead = (bytes: number) => void;

/** What of a model is at hand: of an address only what its header says. */
export interface SourcedModel {
  name: string;
  file: GgufFile;
  /** Its bytes; undefined where they are not on this machine. */
  bytes?: { header: RandomAccess; data: BlockSource } | undefined;
}

/** What a thread of a browser can do, and the main one cannot: read a file without waiting. */
declare const FileReaderSync: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };

/** The header of a file. Throws GgufError, and the browser's error where the file has gone. To be called in a worker. */
export function modelInBlob(blob: Blob, name: string, onRead: OnRead): SourcedModel {
  const reader = new FileReaderSync();
  let read = 0;
  const header: RandomAccess = {
    size: blob.size,
    readAt(target, at, length, position) {
      const bytes = new Uint8Array(reader.readAsArrayBuffer(blob.slice(position, position + length)));
      target.set(bytes, at);
      read += bytes.length;
      onRead(read);
      return bytes.length;
    },
  };
  return { name, file: decodeAt(header, (window) => decodeHeader(window)), bytes: { header, data: blobBlocks(blob) } };
}

/** The header of a file on a web server, which has to allow other pages to read it (CORS). Throws GgufError and ExplainedError. */
export async function modelAtAddress(typed: string, onRead: OnRead): Promise<SourcedModel> {
  const url = addressOf(typed);
  const first = await ask(url, 0, FIRST_SLICE);
  const chunks = counted(slices(url, first), onRead);
  return { name: url.href, file: await decodeStream(chunks, (window) => decodeHeader(window), sizeOf(first)) };
}

async function* counted(chunks: AsyncIterable<Uint8Array>, onRead: OnRead): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    onRead(bytes);
    yield chunk;
  }
}

// Addresses: slices that grow, so that a small header takes one request and a large one few.

const FIRST_SLICE = 256 * 1024;
const LARGEST_SLICE = 8 * 1024 * 1024;

const HUB = 'https://huggingface.co';

/** An address, the page of a file on the hub, or `hf:owner/repo/file.gguf`. Throws ExplainedError. */
function addressOf(typed: string): URL {
  const [, owner, repository, path] = /^hf:(?:\/\/)?([^/\s]+)\/([^/\s]+)\/(\S+)$/i.exec(typed.trim()) ?? [];
  const text = path === undefined ? typed.trim() : `${HUB}/${owner}/${repository}/resolve/main/${path}`;
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new ExplainedError(
      'bad-address',
      `"${typed}" is not the address of a file`,
      'write https://… or hf:owner/repo/file.gguf',
    );
  }
  const url = new URL(text);
  if (url.origin === HUB) url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
  return url;
}

async function* slices(url: URL, first: Response): AsyncGenerator<Uint8Array, void, void> {
  let [answer, at, wanted] = [first, 0, FIRST_SLICE];
  for (;;) {
    if (answer.status !== 206) {
      // A server that knows no ranges sends all: what is not needed is not taken.
      yield* bodyOf(answer);
      return;
    }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    yield bytes;
    at += bytes.length;
    if (bytes.length < wanted || at === sizeOf(first)) return;
    wanted = Math.min(2 * wanted, LARGEST_SLICE);
    answer = await ask(url, at, wanted);
    if (answer.status === 416) return;
  }
}

async function* bodyOf({ body }: Response): AsyncGenerator<Uint8Array, void, void> {
  const reader = body?.getReader();
  try {
    for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read())
      yield next.value;
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
  throw new ExplainedError('http-error', `${url.host} answers ${answer.status}`, 'check the address');
}

/** Undefined where the server does not tell, or does not let other pages see it. */
function sizeOf({ headers, status }: Response): number | undefined {
  const all = status === 206 ? /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] : headers.get('content-length');
  return all === null || all === undefined ? undefined : Number(all);
}
