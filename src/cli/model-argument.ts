/**
 * Commands about a part of a model take two words: the model, and a name, key or pattern. People write them in either order, so the word
 * that exists on disk is the model.
 */

import { existsSync } from 'node:fs';
import { isDemo } from '../locate/bundled-model.js';
import { withoutFileUrl } from '../locate/file-url.js';
import { isRemote } from '../words/remote-names.js';

/**
 * Returns the model first. If neither word exists, the order of the help is used, so that the error names the word that was meant as the
 * model.
 */
export function modelFirst(first: string, second: string): [model: string, other: string] {
  return !isModel(first) && isModel(second) ? [withoutFileUrl(second), first] : [first, second];
}

/** Whether a word can be opened as a model: it is remote, the included one, or there is a file or folder of the name. */
export function isModel(word: string): boolean {
  return word === '-' || isRemote(word) || isDemo(word) || existsSync(withoutFileUrl(word));
}
