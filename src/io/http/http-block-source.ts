/**
 * Reads large pieces of a file on a web server. Forward reads share one request, however long it lasts; a read elsewhere requests the file
 * from that position on. A server without range support is only read forwards.
 */

import type { BlockSource } from '../block-source.js';
import { TransferError } from '../transfer-error.js';
import type { RemoteFile } from './remote-file.js';

/** Gaps up to this size are read through rather than skipped: about as many bytes as arrive in the time of a new request. */
const JUMP = 1024 * 1024;

export function httpBlocks(file: RemoteFile): BlockSource {
  let body: AsyncGenerator<Uint8Array, void, void> | undefined;
  let arrived: Uint8Array = new Uint8Array(0);
  let at = 0;
  let before: Promise<unknown> = Promise.resolve();

  async function moveTo(position: number): Promise<void> {
    const onTheWay = body !== undefined && position >= at;
    if (onTheWay && (position - at <= JUMP || file.ranges === false)) return;
    if (body !== undefined && file.ranges === false) {
      throw new TransferError(
        'no-ranges',
        'the server cannot send parts of a file, and this file has to be read in parts',
        {
          hint: 'save it to a file first',
        },
      );
    }
    await close();
    body = await file.open(position);
    at = position;
  }

  async function take(target: Uint8Array, position: number): Promise<number> {
    if (target.length === 0 || position >= (file.size ?? Number.POSITIVE_INFINITY)) return 0;
    await moveTo(position);
    let done = 0;
    while (done < target.length) {
      if (arrived.length === 0) {
        const next = await body?.next();
        if (next === undefined || next.done) break;
        arrived = next.value;
      }
      const skipped = Math.min(arrived.length, position + done - at);
      const taken = skipped > 0 ? 0 : Math.min(arrived.length, target.length - done);
      target.set(arrived.subarray(0, taken), done);
      done += taken;
      at += skipped + taken;
      arrived = arrived.subarray(skipped + taken);
    }
    return done;
  }

  async function failed(error: unknown): Promise<never> {
    await close();
    throw error;
  }

  async function close(): Promise<void> {
    const open = body;
    body = undefined;
    arrived = new Uint8Array(0);
    await open?.return();
  }

  return {
    read(target, position) {
      // A read after a failure starts a new request instead of being taken for the end of the file.
      const result = before.then(() => take(target, position)).catch(failed);
      before = result.catch(() => undefined);
      return result;
    },
    close,
  };
}

/** Minimum bytes of a request: the end of one tensor and the beginning of the next then come together. */
const SAMPLE_BYTES = 4096;

/**
 * Reads a few bytes here and there from a file on a web server: each request states its end, so that the server sends no more than needed.
 * Throws TransferError (`no-ranges`) if the server does not support ranges.
 */
export function httpSamples(file: RemoteFile): BlockSource {
  let held = { start: 0, bytes: new Uint8Array(0) };

  async function fetchFrom(position: number, length: number): Promise<void> {
    const until = Math.min(file.size ?? Number.POSITIVE_INFINITY, position + Math.max(length, SAMPLE_BYTES));
    const bytes = new Uint8Array(until - position);
    let done = 0;
    const body = await file.open(position, until);
    try {
      if (file.ranges === false) {
        throw new TransferError('no-ranges', 'the server cannot send parts of a file', {
          hint: 'save it to a file first',
        });
      }
      for await (const chunk of body) {
        const taken = chunk.subarray(0, bytes.length - done);
        bytes.set(taken, done);
        done += taken.length;
        if (done === bytes.length) break;
      }
    } finally {
      await body.return();
    }
    held = { start: position, bytes: bytes.subarray(0, done) };
  }

  return {
    async read(target, position) {
      if (target.length === 0 || position >= (file.size ?? Number.POSITIVE_INFINITY)) return 0;
      const has = () => position >= held.start && position + target.length <= held.start + held.bytes.length;
      if (!has()) await fetchFrom(position, target.length);
      const taken = held.bytes.subarray(position - held.start).subarray(0, target.length);
      target.set(taken);
      return taken.length;
    },
    close: async () => undefined,
  };
}
