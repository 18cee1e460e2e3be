/** Which headers are sent to which server: plain data, so that threads can use it too. */

import type { HeadersFor } from './location.js';

/** Headers for one host; undefined properties match anything. */
export interface HostHeaders {
  /** As in a URL. */
  hostname: string;
  port: string | undefined;
  /** `https:` or `http:`. */
  protocol: string | undefined;
  headers: Readonly<Record<string, string>>;
}

export interface HeaderRules {
  /** Headers for exactly one origin. */
  bound: { origin: string; headers: Readonly<Record<string, string>> } | undefined;
  hosts: readonly HostHeaders[];
}

export const NO_HEADERS: HeaderRules = { bound: undefined, hosts: [] };

/** The headers for an origin; if names collide, those for a host take precedence, and the last of them. */
export function headersBy({ bound, hosts }: HeaderRules): HeadersFor {
  return (origin) => {
    const url = new URL(origin);
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    const headers = bound?.origin === url.origin ? { ...bound.headers } : {};
    for (const host of hosts) {
      const matches = host.hostname === url.hostname && (host.port ?? port) === port;
      if (matches && (host.protocol ?? url.protocol) === url.protocol) Object.assign(headers, host.headers);
    }
    return headers;
  };
}
