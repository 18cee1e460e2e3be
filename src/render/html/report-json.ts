/** The report inside of the page, for the script and for whoever wants the numbers: JSON in a script element that nothing runs. */

import { sanitizeJson } from '../sanitize.js';

/** Items of a list that are written one by one: a string of a million tensors at once would be too large. */
const LONG_LIST = 512;

/** In pieces. No sign in it can end the element, begin another one or be unseen; to a parser it is the same JSON. */
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
