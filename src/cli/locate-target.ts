/** What was typed as a model → where it is, with the headers that the command line has for its server. */

import { type HeaderRules, headersBy, NO_HEADERS } from '../locate/header-rules.js';
import { locate } from '../locate/locate.js';
import type { HeadersFor, Location } from '../locate/location.js';

/** A process has one command line, so there is one set of rules. */
let rules = NO_HEADERS;

/** As `locate`, which see. */
export function locateTarget(target: string, signal?: AbortSignal): Location {
  return locate(target, headersFor, signal);
}

/** The rules, for a thread that goes on with the same command line. */
export function headersInUse(): HeaderRules {
  return rules;
}

/** Takes the rules of the command line. */
export function useHeaders(others: HeaderRules): void {
  rules = others;
}

/** The headers for an origin. */
export const headersFor: HeadersFor = (origin) => headersBy(rules)(origin);
