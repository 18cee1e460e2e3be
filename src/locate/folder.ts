/** Looking into folders that may not be there: what cannot be read is as if it were not. */

import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';

/** What is in a folder, sorted; nothing where there is no such folder or this user may not read it. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** What stands at a path, behind any links; undefined where that cannot be told, whatever the reason. */
export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
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
