/** The body of a response, chunk by chunk as it arrives; the connection ends when the reading ends, for whatever reason. */

import type { IncomingMessage } from 'node:http';
import { TransferError } from '../transfer-error.js';
import { lost, stalled } from './failures.js';
import { type HttpSettings, Pace } from './patience.js';

/** Throws TransferError if no chunk arrives in time, if they arrive too slowly, and if the body is a web page. */
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

/** Only waiting time counts: the consumer may take as long as it likes. */
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

/** Whether the body looks like a web page; a model file with a wrong content type does not begin like this. */
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
 * A whole small body. It is assembled as it arrives, because a server may send single bytes. Throws TransferError if it has more than
 * `most` bytes.
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
