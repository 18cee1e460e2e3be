/** The location of the model that was typed, with the headers that the command line has for its server. */

import { type HeaderRules, headersBy, NO_HEADERS } from '../locate/header-rules.js';
import { locate } from '../locate/locate.js';
import type { HeadersFor, Location } from '../locate/location.js';

/** A process has one command line, so there is one set of rules. */
let rules = NO_HEADERS;

/** See `locate`. */
export function locateTarget(target: string, signal?: AbortSignal): Location {
  return locate(target, headersFor, signal);
}

/** The header rules, for a thread that works for the same command line. */
export function headersInUse(): HeaderRules {
  return rules;
}

/** Sets the header rules of the command line. */
export function useHeaders(others: HeaderRules): void {
  rules = others;
}

/** The headers for an origin. */
export const headersFor: HeadersFor = (origin) => headersBy(rules)(origin);
