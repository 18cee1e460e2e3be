/**
 * A web server that seems to be far away: each answer begins some milliseconds late. It serves one generated file, whose data is a hole. It
 * counts requests, and the bytes of the file that the system took from it. Covers no part of the GGUF specification.
 */

import { closeSync, openSync, readSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream';
import type { GeneratedFile } from './generated-file.js';

/** Bytes that are written in one call. */
const PIECE = 65_536;

export interface DistantServer {
  url: string;
  /** Returns the requests and bytes since the last call. */
  takeCounts(): { requests: number; writtenBytes: number };
  close(): Promise<void>;
}

export async function serveFromAfar(file: GeneratedFile, delayMs: number): Promise<DistantServer> {
  const header = headerOf(file);
  let requests = 0;
  let writtenBytes = 0;
  const server = createServer((request, response) => {
    requests++;
    setTimeout(() => {
      const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
      const start = Number(from ?? 0);
      const end = to ? Math.min(file.fileBytes, Number(to) + 1) : file.fileBytes;
      const part = from === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${file.fileBytes}` };
      response.writeHead(from === undefined ? 200 : 206, {
        ...{ 'accept-ranges': 'bytes', etag: '"1"', ...part },
        'content-length': end - start,
      });
      sendPart(response, header, start, end);
    }, delayMs);
    const before = request.socket.bytesWritten;
    // The connection may have served other requests, and bytes that are still buffered in this process are not written yet.
    finished(response, () => {
      writtenBytes += request.socket.bytesWritten - before - request.socket.writableLength;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.gguf`,
    takeCounts() {
      const counts = { requests, writtenBytes };
      requests = 0;
      writtenBytes = 0;
      return counts;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function headerOf({ path, headerBytes }: GeneratedFile): Buffer {
  const header = Buffer.alloc(headerBytes);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, headerBytes, 0);
  } finally {
    closeSync(file);
  }
  return header;
}

/** Sends the bytes from `start` to `end` as fast as the client takes them. */
function sendPart(response: ServerResponse, header: Buffer, start: number, end: number): void {
  const hole = Buffer.alloc(PIECE);
  let at = start;
  const more = () => {
    while (at < end && !response.destroyed) {
      const length = Math.min(PIECE, end - at);
      const piece = at < header.length ? header.subarray(at, at + length) : hole.subarray(0, length);
      at += piece.length;
      if (!response.write(piece)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}
