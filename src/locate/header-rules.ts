/** What is sent to which server: plain data, so that threads can have it too. */

import type { HeadersFor } from './location.js';

/** Headers for one host; what is undefined may be anything. */
export interface HostHeaders {
  /** As a URL has it. */
  hostname: string;
  port: string | undefined;
  /** `https:` or `http:`. */
  protocol: string | undefined;
  headers: Readonly<Record<string, string>>;
}

export interface HeaderRules {
  /** For one origin, and no other. */
  bound: { origin: string; headers: Readonly<Record<string, string>> } | undefined;
  hosts: readonly HostHeaders[];
}

export const NO_HEADERS: HeaderRules = { bound: undefined, hosts: [] };

/** The headers for an origin; of two with the same name that of the host is taken, and the last one of these. */
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
