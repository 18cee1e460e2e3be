/** Looking into folders that may not be there: what cannot be read is as if it were not. */

import { readdirSync, realpathSync } from 'node:fs';

/** What is in a folder, sorted; nothing where there is no such folder or this user may not read it. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** The path without links on the way; undefined where it leads nowhere. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
