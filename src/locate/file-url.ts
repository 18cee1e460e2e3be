/** Converts `file:` URLs, which browsers and file managers use for local files, to paths. */

import { fileURLToPath } from 'node:url';
import { LocateError } from './locate-error.js';

const FILE_URL = /^file:\/\//i;

/**
 * Converts a word of the command line or of a list to a path if it is a `file:` URL. Throws LocateError for a URL that refers to another
 * machine.
 */
export function withoutFileUrl(word: string, windows = process.platform === 'win32'): string {
  return FILE_URL.test(word) ? pathOfUrl(word, windows) : word;
}

/** Whether a word is a `file:` URL that does not refer to a file on this machine. */
export function isForeignUrl(word: string): boolean {
  try {
    withoutFileUrl(word);
    return false;
  } catch {
    return true;
  }
}

/** The path of a `file:` URL. Throws LocateError for every other URL. */
export function pathOfUrl(url: string, windows = process.platform === 'win32'): string {
  try {
    return fileURLToPath(url, { windows });
  } catch {
    const hint = 'file:, http: and https: are read; of a blob: URL pass the Blob itself';
    throw new LocateError('bad-input', url, 'the URL does not lead to a file on this machine', hint);
  }
}
