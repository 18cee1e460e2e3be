/** All GGUF files below a folder, by their names; links to folders are followed, each folder is entered once. */

import { join } from 'node:path';
import { namesIn, realPathOf, statusOf } from '../folder.js';

export interface WalkedFile {
  path: string;
  /** It is a link to nothing. */
  dead: boolean;
}

/** Deeper than people and programs lay out models. */
const MOST_DEPTH = 32;

/** Sorted within each folder. A folder that this user may not read is passed over, as one that is not there. */
export function ggufFilesBelow(folder: string): WalkedFile[] {
  const entered = new Set<string>();
  const found: WalkedFile[] = [];
  const visit = (path: string, depth: number): void => {
    const real = realPathOf(path);
    if (real === undefined || entered.has(real) || depth > MOST_DEPTH) return;
    entered.add(real);
    for (const name of namesIn(path)) {
      const below = join(path, name);
      const status = statusOf(below);
      if (status?.isDirectory()) visit(below, depth + 1);
      else if (/\.gguf$/i.test(name)) found.push({ path: below, dead: status === undefined });
    }
  };
  visit(folder, 0);
  return found;
}
