/** The report inside the page, for the script and for other programs: JSON in a script element that the browser does not run. */

import { sanitizeJson } from '../sanitize.js';

/** From this length, the items of a list are written one by one: one string of a million tensors would be too large. */
const LONG_LIST = 512;

/** In pieces. No character in it can end the element, begin another one, or be invisible; a JSON parser reads the same values. */
export function* reportJson(report: object): Generator<string, void, void> {
  yield '<script type="application/json" id="report">{';
  let joint = '';
  for (const [key, value] of Object.entries(report)) {
    if (value === undefined) continue;
    yield `${joint}${JSON.stringify(key)}:`;
    joint = ',';
    if (!Array.isArray(value) || value.length < LONG_LIST) {
      yield harmless(value);
      continue;
    }
    for (let at = 0; at < value.length; at += LONG_LIST) {
      yield `${at === 0 ? '[' : ','}${harmless(value.slice(at, at + LONG_LIST)).slice(1, -1)}`;
    }
    yield ']';
  }
  yield '}</script>\n';
}

function harmless(value: unknown): string {
  return sanitizeJson(JSON.stringify(value)).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}
