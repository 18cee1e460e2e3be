/**
 * A request that follows redirects. Secrets for one server (its token or password, and all headers that the user gave) are sent only to the
 * origin that they are meant for.
 */

import type { IncomingMessage } from 'node:http';
import { TransferError } from '../transfer-error.js';
import type { HttpSettings } from './patience.js';
import { type Headers, send } from './send.js';

/** The address to request, and the secrets for its origin. */
export interface Route {
  url: URL;
  secrets: Headers;
}

/** A response, and the route that led to it: the next request can go straight there. */
export interface Answer {
  response: IncomingMessage;
  route: Route;
  /** The SHA-256 of the file in hexadecimal, if a server on the route states it, as the hub does before it redirects to the bytes. */
  sha256?: string | undefined;
}

/** The same limit as in browsers. */
const MOST_REDIRECTS = 20;
const REDIRECTS = [301, 302, 303, 307, 308];

/** The first response that is not a redirect, whatever its status. Throws TransferError if there is none. */
export async function follow(start: Route, headers: Headers, settings: HttpSettings): Promise<Answer> {
  let route = start;
  const seen = new Set<string>();
  let sha256: string | undefined;
  while (seen.size <= MOST_REDIRECTS) {
    if (seen.has(route.url.href)) throw new TransferError('redirect-loop', 'the server redirects in a circle');
    seen.add(route.url.href);
    const response = await send(route.url, { ...COMMON, ...route.secrets, ...headers }, settings);
    sha256 ??= linkedDigest(response);
    if (!REDIRECTS.includes(response.statusCode ?? 0)) return { response, route, sha256 };
    response.destroy();
    route = nextRoute(route, response);
  }
  throw new TransferError('too-many-redirects', `the server redirects more than ${MOST_REDIRECTS} times`);
}

/** Asks for no compression, because a compressed file has other offsets. */
const COMMON: Headers = { 'user-agent': 'gguf-explain', accept: '*/*', 'accept-encoding': 'identity' };

/** `X-Linked-ETag: "0f3a…"`: the id of a file that is stored elsewhere. */
function linkedDigest({ headers }: IncomingMessage): string | undefined {
  const tag = headers['x-linked-etag'];
  return typeof tag === 'string' ? /^"?([\da-f]{64})"?$/.exec(tag)?.[1] : undefined;
}

function nextRoute({ url, secrets }: Route, response: IncomingMessage): Route {
  const { location } = response.headers;
  if (location === undefined) {
    throw new TransferError('bad-redirect', `the server redirects without saying where (HTTP ${response.statusCode})`);
  }
  const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
  if (next === undefined || !/^https?:$/.test(next.protocol)) {
    throw new TransferError('bad-redirect', 'the server redirects to something that is not a web address');
  }
  next.username = '';
  next.password = '';
  next.hash = '';
  if (mayKnow(url, next)) return { url: next, secrets };
  if (Object.keys(secrets).length > 0 && url.protocol === 'https:' && next.protocol === 'http:') {
    const message = 'the server redirects from https to http, which is not followed with a token or with your headers';
    throw new TransferError('insecure-redirect', message);
  }
  return { url: next, secrets: {} };
}

/** Whether secrets may be sent on: the same origin, or the same host upgraded from http to https. */
function mayKnow(from: URL, to: URL): boolean {
  const upgraded = from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === '';
  return from.origin === to.origin || (upgraded && from.hostname === to.hostname);
}
