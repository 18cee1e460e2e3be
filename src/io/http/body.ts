/** The body of an answer, chunk by chunk as it arrives; the connection ends with the reading, however that ends. */

import type { IncomingMessage } from 'node:http';
import { TransferError } from '../transfer-error.js';
import { lost, stalled } from './failures.js';
import { type HttpSettings, Pace } from './patience.js';

/** Throws TransferError where no chunk comes in time, or too little comes with them, and for a web page. */
export async function* bodyChunks(
  response: IncomingMessage,
  settings: Pick<HttpSettings, 'stall'>,
): AsyncGenerator<Uint8Array, void, void> {
  const pace = new Pace(settings);
  const iterator: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]();
  let page =
    response.statusCode === 200 &&
    /^\s*(?:text\/html|application\/xhtml)/i.test(response.headers['content-type'] ?? '');
  let bytes = 0;
  try {
    for (;;) {
      const asked = performance.now();
      const next = await nextWithin(iterator, settings.stall, response);
      if (next.done) return;
      pace.arrived(next.value.length, performance.now() - asked);
      if (page && looksLikeMarkup(next.value)) throw webPage();
      page = false;
      bytes += next.value.length;
      yield next.value;
    }
  } catch (error) {
    if (error instanceof TransferError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw lost(`after ${bytes} bytes${code === undefined ? '' : ` (${code})`}`);
  } finally {
    response.destroy();
  }
}

/** The time counts only while something is waited for: whoever reads may take as long as it likes. */
async function nextWithin(
  iterator: AsyncIterator<Uint8Array>,
  stall: number,
  response: IncomingMessage,
): Promise<IteratorResult<Uint8Array>> {
  const timer = setTimeout(() => response.destroy(stalled(stall)), stall);
  try {
    return await iterator.next();
  } finally {
    clearTimeout(timer);
  }
}

/** A file that is served with the wrong type does not begin like this. */
function looksLikeMarkup(bytes: Uint8Array): boolean {
  return /^\ufeff?\s*</.test(Buffer.from(bytes.subarray(0, 256)).toString('utf8'));
}

function webPage(): TransferError {
  return new TransferError('web-page', 'the server answers with a web page instead of the file', {
    hint: 'it may want a login, or the address is that of a page about the file',
  });
}

const FIRST_BYTES = 64 * 1024;

/**
 * The whole of a small body. It is put together as it arrives, as a server may send each byte by itself. Throws TransferError where it
 * has more than `most` bytes.
 */
export async function smallBody(
  response: IncomingMessage,
  settings: Pick<HttpSettings, 'stall'>,
  most: number,
): Promise<Buffer> {
  let body = Buffer.allocUnsafe(FIRST_BYTES);
  let bytes = 0;
  for await (const chunk of bodyChunks(response, settings)) {
    if (bytes + chunk.length > most)
      throw new TransferError('unexpected-answer', `the answer of the server is longer than ${most} bytes`);
    if (bytes + chunk.length > body.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * body.length, bytes + chunk.length));
      body.copy(larger, 0, 0, bytes);
      body = larger;
    }
    body.set(chunk, bytes);
    bytes += chunk.length;
  }
  return body.subarray(0, bytes);
}
