/**
 * Commands about a part of a model take two words: the model, and a name, key or pattern. People write them in either order, so the
 * one that is there on disk is the model.
 */

import { existsSync } from 'node:fs';
import { isDemo } from '../locate/bundled-model.js';
import { isRemote } from '../locate/locate.js';

/** The model first. Where neither exists the order of the help text holds, so that the error names what was meant as the model. */
export function modelFirst(first: string, second: string): [model: string, other: string] {
  return !isModel(first) && isModel(second) ? [second, first] : [first, second];
}

function isModel(word: string): boolean {
  return word === '-' || isRemote(word) || isDemo(word) || existsSync(word);
}
