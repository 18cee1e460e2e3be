/** What response headers state about the file in the body: its length, the part that is sent, and its version. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { TransferError } from '../transfer-error.js';

/** Bytes of the body, if the headers state them (RFC 9110, 8.6). */
export function lengthOf(headers: IncomingHttpHeaders): number | undefined {
  return headers['transfer-encoding'] === undefined ? count(headers['content-length']) : undefined;
}

/**
 * `Content-Range: bytes 100-199/1000` (RFC 9110, 14.4); `end` is the byte after the part. Both positions are missing if no part can be
 * sent, `size` if it is a `*`.
 */
export function partOf(
  headers: IncomingHttpHeaders,
): { start: number | undefined; end: number | undefined; size: number | undefined } | undefined {
  const match = /^bytes\s+(?:(\d+)-(\d+)|\*)\/(\d+|\*)$/i.exec(headers['content-range'] ?? '');
  if (match === null) return undefined;
  const last = count(match[2]);
  return { start: count(match[1]), end: last === undefined ? undefined : last + 1, size: count(match[3]) };
}

/**
 * Identifies this version of a file. A strong ETag does (RFC 9110, 13.1.5), a weak one does not. A date does too, to the second; it is used
 * only if there is no ETag.
 */
export function identityOf({ etag, 'last-modified': date }: IncomingHttpHeaders): string | undefined {
  if (etag === undefined) return date;
  return etag.startsWith('"') ? etag : undefined;
}

/** Throws TransferError if the body cannot be the unmodified bytes of the file. */
export function requireFile({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === '' || encoding === 'identity') return;
  const message = `the server sends the file compressed (${encoding}), which it was asked not to do`;
  throw new TransferError('encoded-body', message);
}

function count(text: string | undefined): number | undefined {
  const number = text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(number) ? number : undefined;
}
