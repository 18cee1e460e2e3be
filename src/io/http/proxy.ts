/**
 * Selects the proxy for a request by the environment variables that curl and most other programs use: `http_proxy`, `https_proxy`,
 * `all_proxy` and `no_proxy`; lower case takes precedence over upper case.
 */

import { TransferError } from '../transfer-error.js';
import type { HttpSettings } from './patience.js';

/** The proxy for an address; undefined for a direct connection. Throws TransferError for an invalid proxy. */
export function proxyFor(url: URL, env: HttpSettings['env']): URL | undefined {
  const named = (name: string) => env[name] || env[name.toUpperCase()];
  const text = named(`${url.protocol.slice(0, -1)}_proxy`) ?? named('all_proxy');
  if (!text || isExcepted(url, named('no_proxy') ?? '')) return undefined;
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = URL.canParse(address) ? new URL(address) : undefined;
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy;
  const what = proxy === undefined ? 'is not an address' : `is of the kind ${proxy.protocol.slice(0, -1)}`;
  throw new TransferError('proxy-failed', `the proxy that the environment names ${what}`, {
    hint: 'proxies are named as http://host:port or https://host:port',
  });
}

/** `no_proxy`: hosts and domains, optionally limited to a port, separated by commas or spaces; `*` means all. */
function isExcepted(url: URL, list: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry.includes(']') ? entry : bracketed(entry)) ?? [];
      const domain = name.replace(/^\*?\./, '');
      return (only === undefined || only === port) && (host === domain || host.endsWith(`.${domain}`));
    });
}

/** Puts an IPv6 address in brackets, as in a URL, so that its colons are not taken for a port separator. */
function bracketed(entry: string): string {
  return entry.split(':').length > 2 ? `[${entry}]` : entry;
}

/** The authorization header for the proxy. */
export function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  return { 'proxy-authorization': basic(username, password) };
}

/** The value of an `Authorization` header from the parts of a URL (RFC 7617). */
export function basic(username: string, password: string): string {
  const [name, word] = [username, password].map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`;
}
