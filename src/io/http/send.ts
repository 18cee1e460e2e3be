/**
 * Sends one request, directly or through a proxy, and waits for the response headers. Node's own HTTP modules are used because they load in
 * a fraction of the time that `fetch` takes; each request has its own connection, which ends with it.
 */

import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { TransferError } from '../transfer-error.js';
import { lost, networkError, stalled } from './failures.js';
import type { HttpSettings } from './patience.js';
import { proxyAuthorization, proxyFor } from './proxy.js';

export type Headers = Readonly<Record<string, string>>;

/**
 * The response to a GET request, with its body unread. Throws TransferError if there is none. The caller must read it to the end or destroy
 * it.
 */
export async function send(url: URL, headers: Headers, settings: HttpSettings): Promise<IncomingMessage> {
  const proxy = proxyFor(url, settings.env);
  if (proxy === undefined) return await exchange(url, { headers, agent: false }, url.host, settings);
  if (url.protocol === 'http:') {
    // A proxy gets the full address in the request (RFC 9112, 3.2.2).
    const { host, href } = url;
    const forProxy = { headers: { ...headers, host, ...proxyAuthorization(proxy) }, path: href, agent: false } as const;
    return await exchange(bare(proxy), forProxy, proxyName(proxy), settings);
  }
  const tunnel = await openTunnel(url, proxy, settings);
  const { connect } = await import('node:tls');
  // A certificate is issued for a name; SNI does not allow IP addresses (RFC 6066, 3).
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const servername = /^[\d.]+$|:/.test(hostname) ? '' : hostname;
  const createConnection = () => connect({ socket: tunnel, host: hostname, servername });
  return await exchange(url, { headers, createConnection }, url.host, settings);
}

interface Wire {
  headers: Headers;
  path?: string;
  agent?: false;
  createConnection?: () => Duplex;
}

async function exchange(url: URL, options: Wire, peer: string, settings: HttpSettings): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  let asked: ClientRequest;
  try {
    asked = request(url, { ...options, ...endedBy(settings) });
  } catch (error) {
    throw unsendable(error);
  }
  return await answered(asked, 'response', peer, settings);
}

/** The option that ends a request and its response body. */
function endedBy({ signal }: HttpSettings): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** Replaces Node's error for headers that it refuses to send, because its message names the header and may contain its value. */
function unsendable(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_INVALID_CHAR') return error;
  return new TransferError('bad-header-value', 'a token or header has a character that HTTP does not allow', {
    hint: 'line breaks and letters beyond Latin-1 are such characters',
  });
}

/** A tunnel through the proxy to the host of an address (RFC 9110, 9.3.6). */
async function openTunnel(url: URL, proxy: URL, settings: HttpSettings): Promise<Duplex> {
  const { request } = proxy.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const path = `${url.hostname}:${url.port || 443}`;
  const headers = { host: path, ...proxyAuthorization(proxy) };
  const asked = request(bare(proxy), { method: 'CONNECT', path, headers, agent: false, ...endedBy(settings) });
  const { statusCode = 0, socket } = await answered(asked, 'connect', proxyName(proxy), settings);
  if (statusCode === 200) return socket;
  socket.destroy();
  throw proxyRefusal(statusCode);
}

/** The error for a proxy's own response. */
function proxyRefusal(status: number): TransferError {
  const hint = status === 407 ? 'give user and password: http://user:password@host:port' : undefined;
  return new TransferError('proxy-failed', `the proxy does not let the request through (HTTP ${status})`, { hint });
}

/** Waits for the response headers. */
function answered(
  request: ClientRequest,
  event: 'response' | 'connect',
  peer: string,
  { stall }: HttpSettings,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(stalled(stall)), stall);
    request.once(event, (response: IncomingMessage) => {
      clearTimeout(timer);
      resolve(response);
    });
    if (event === 'connect') request.once('response', (response) => reject(proxyRefusal(response.statusCode ?? 0)));
    // This listener stays, because an error after the response has been read must not end the process.
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(networkError(error, peer));
    });
    request.once('close', () => {
      clearTimeout(timer);
      reject(lost('before the server answered'));
    });
    request.end();
  });
}

/** The address without user name and password, which are sent in their own header. */
function bare(proxy: URL): URL {
  return new URL(`${proxy.protocol}//${proxy.host}/`);
}

function proxyName(proxy: URL): string {
  return `the proxy ${proxy.host}`;
}
