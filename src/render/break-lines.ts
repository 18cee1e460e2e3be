/** Breaks text into lines. The caller says how the width is counted: in columns of a terminal, or in letters. */

import { shortenMiddle } from '../words/shorten.js';
import { sanitize } from './sanitize.js';

/** Most characters of a text that is broken into lines: more than any sentence has, far fewer than a name can have. */
const MOST_OF_A_TEXT = 1000;

/**
 * Breaks a text into lines of at most `width` at spaces; a longer word gets its own line. A name from a file may be very long, so a text
 * that is much too long is shortened in the middle.
 */
export function breakAtSpaces(text: string, width: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of sanitize(shortenMiddle(text, MOST_OF_A_TEXT)).split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}
