/** What was typed as a model → where it is, with the headers that the command line has for its server. */

import { locate } from '../locate/locate.js';
import type { Location } from '../locate/location.js';

/** Headers for one host; what is undefined may be anything. */
export interface HostHeaders {
  /** As a URL has it. */
  hostname: string;
  port: string | undefined;
  /** `https:` or `http:`. */
  protocol: string | undefined;
  headers: Readonly<Record<string, string>>;
}

/** What is sent to which server; plain data, so that threads can have it too. */
export interface HeaderRules {
  /** For one origin, and no other. */
  bound: { origin: string; headers: Readonly<Record<string, string>> } | undefined;
  hosts: readonly HostHeaders[];
}

/** A process has one command line, so there is one set of rules. */
let rules: HeaderRules = { bound: undefined, hosts: [] };

/** As `locate`, which see. */
export function locateTarget(target: string, signal?: AbortSignal): Location {
  return locate(target, headersFor, signal);
}

/** The rules, for a thread that goes on with the same command line. */
export function headersInUse(): HeaderRules {
  return rules;
}

/** Takes the rules of the command line, or those of another thread. */
export function useHeaders(others: HeaderRules): void {
  rules = others;
}

/** The headers for an origin; of two with the same name that of the host is taken, and the last one of these. */
export function headersFor(origin: string): Readonly<Record<string, string>> {
  const url = new URL(origin);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const { bound, hosts } = rules;
  const headers = bound?.origin === url.origin ? { ...bound.headers } : {};
  for (const host of hosts) {
    const matches = host.hostname === url.hostname && (host.port ?? port) === port;
    if (matches && (host.protocol ?? url.protocol) === url.protocol) Object.assign(headers, host.headers);
  }
  return headers;
}
