/**
 * What the page in the browser does with a file or an address: it reads the header by slices, and gives the body of the page that `explain
 * --format html` writes. Nothing of the file leaves the browser: a file is read where it is, and an address gets requests for its bytes only.
 */

import { explainFile } from '../explain.js';
import { ExplainedError } from '../explained-error.js';
import { decodeHeader, type GgufFile } from '../gguf/decode.js';
import { blobChunks } from '../io/blob-source.js';
import { ForwardStream } from '../io/decode-loop.js';
import { interpret } from '../model/model.js';
import { type PageBody, pageBody } from '../render/html/page-body.js';
import { fullExplainReport } from '../report/full-explain-report.js';

/** Is told how many bytes have been read. */
type OnProgress = (bytes: number) => void;

/** Of a file that was chosen or dropped. Throws GgufError. */
export async function explainBlob(blob: Blob, name: string, onProgress: OnProgress): Promise<PageBody> {
  return await explained(blobChunks(blob), blob.size, name, onProgress);
}

/** Of a file on a web server, which has to allow other pages to read it (CORS). Throws GgufError and ExplainedError. */
export async function explainAddress(typed: string, onProgress: OnProgress): Promise<PageBody> {
  const url = addressOf(typed);
  const first = await ask(url, 0, FIRST_SLICE);
  return await explained(slices(url, first), sizeOf(first), url.href, onProgress);
}

async function explained(
  chunks: AsyncIterable<Uint8Array>,
  size: number | undefined,
  name: string,
  onProgress: OnProgress,
): Promise<PageBody> {
  const stream = new ForwardStream(counted(chunks, onProgress));
  let file: GgufFile;
  try {
    file = await stream.decode((window) => decodeHeader(window), size);
  } finally {
    await stream.close();
  }
  const report = fullExplainReport(await explainFile(file, name), interpret(file));
  return pageBody(report);
}

async function* counted(chunks: AsyncIterable<Uint8Array>, onProgress: OnProgress): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    onProgress(bytes);
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
