/** Web servers on this machine that behave, or misbehave, as real ones do. They record the requests and count the bytes that they wrote. */

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** `before` is the number of requests that came before this one. */
export type Answer = (request: IncomingMessage, response: ServerResponse, before: number) => void;

export interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
}

export interface Loopback {
  port: number;
  /** By address: `http://127.0.0.1:PORT`. */
  origin: string;
  /** By name, which counts as another host when hosts are compared: `http://localhost:PORT`. */
  named: string;
  seen: Seen[];
  /** Bytes that the system took from the server, including heads. */
  written(): number;
  /** Connections that are open. */
  open(): number;
  close(): Promise<void>;
  server: Server;
}

export interface Certificate {
  key: string;
  cert: string;
}

/** Starts a server on a free port. An answer that throws ends its connection. */
export async function serve(answer: Answer, certificate?: Certificate): Promise<Loopback> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let open = 0;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers: { ...headers } });
    // A client that only wants the head of a file leaves in the middle of it.
    response.on('error', () => undefined);
    answer(request, response, seen.length - 1);
  };
  const server = certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    open++;
    socket.on('close', () => open--);
    socket.on('error', () => undefined);
  });
  server.on('clientError', (_error, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const scheme = certificate === undefined ? 'http' : 'https';
  return {
    ...{ port, origin: `${scheme}://127.0.0.1:${port}`, named: `${scheme}://localhost:${port}`, seen, server },
    open: () => open,
    // Bytes that are still buffered in this process are not written yet.
    written: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten - socket.writableLength, 0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Runs some work while servers answer, and closes the servers afterwards. */
export async function beside<T>(answers: readonly Answer[], work: (...servers: Loopback[]) => Promise<T>): Promise<T> {
  const servers = await Promise.all(answers.map((answer) => serve(answer)));
  try {
    return await work(...servers);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

export interface FileOptions {
  /** Whether range requests are answered with parts; the default is true. */
  ranges?: boolean;
  etag?: string;
  type?: string;
}

/** A server with one file, which it serves correctly (RFC 9110, 14). */
export function fileAnswer(bytes: Uint8Array, options: FileOptions = {}): Answer {
  const { ranges = true, etag = '"1"', type = 'application/octet-stream' } = options;
  return (request, response) => {
    const headers = { etag, 'content-type': type, ...(ranges && { 'accept-ranges': 'bytes' }) };
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const known = [undefined, etag].includes(request.headers['if-range'] as string | undefined);
    if (!ranges || from === undefined || !known) {
      response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes);
      return;
    }
    const start = Number(from);
    const end = to ? Math.min(bytes.length, Number(to) + 1) : bytes.length;
    if (start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const part = { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}`, 'content-length': end - start };
    response.writeHead(206, { ...headers, ...part }).end(bytes.subarray(start, end));
  };
}

/** Gives the first answer to the first request, and so on; the last one to all further requests. */
export function inTurn(...answers: readonly Answer[]): Answer {
  return (request, response, before) => answers[Math.min(before, answers.length - 1)]?.(request, response, before);
}

/** An answer whose body does not matter. */
export function status(code: number, headers: Record<string, string> = {}, body = ''): Answer {
  return (_request, response) => response.writeHead(code, headers).end(body);
}

/** Sends the head of a whole file and its first bytes; `then` says what happens to the connection. */
export function beginning(bytes: Uint8Array, count: number, then: 'break' | 'stall' | 'end', etag = '"1"'): Answer {
  return (_request, response) => {
    const length = then === 'end' ? {} : { 'content-length': bytes.length };
    response.writeHead(200, { ...length, etag });
    response.write(bytes.subarray(0, count), () => {
      // A reset would discard bytes that the client has not read yet.
      if (then === 'break') response.socket?.end();
      if (then === 'end') response.end();
    });
  };
}
