/** What was typed as a model → where it is, with the headers that the command line has for servers. */

import { locate } from '../locate/locate.js';
import type { Location } from '../locate/location.js';
import { UsageError } from './usage-error.js';

/** A process has one command line, so there is one set of headers. */
let headers: Readonly<Record<string, string>> = {};

/** As `locate`, which see. */
export function locateTarget(target: string, signal?: AbortSignal): Location {
  return locate(target, headers, signal);
}

/** The headers, for a thread that goes on with the same command line. */
export function headersInUse(): Readonly<Record<string, string>> {
  return headers;
}

/** Takes the headers of another thread. */
export function setHeaders(others: Readonly<Record<string, string>>): void {
  headers = others;
}

/** What a request says of itself is not for the user to say. */
const OWN = ['connection', 'content-length', 'transfer-encoding', 'range', 'if-range', 'accept-encoding', 'expect'];

/** Takes the values of `--header`, each `Name: value`. Throws UsageError, without the value in it: that may be a secret. */
export function useHeaders(lines: readonly string[]): void {
  headers = Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+)[ \t]*:[ \t]*([\t -~\x80-\xff]*)$/.exec(line) ?? [];
      if (name === '') {
        throw new UsageError('bad-header', '--header wants a name, a colon and a value', '--header "Name: value"');
      }
      if (OWN.includes(name.toLowerCase())) {
        throw new UsageError('bad-header', `--header ${name} is set by the program itself`);
      }
      return [name.toLowerCase(), value.trim()];
    }),
  );
}
