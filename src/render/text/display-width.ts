/** The number of terminal columns that a text takes. */

import stringWidth from 'string-width';

/** Latin letters, punctuation, arrows, box drawing and blocks take one column each, so the library is not needed for them. */
export const NARROW = /^[\x20-\x7e\u00a1-\u02ff\u2010-\u2027\u2190-\u22ff\u2500-\u25ff]*$/;

/** Columns of a text without escape codes and line breaks on a terminal. */
export function displayWidth(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}
