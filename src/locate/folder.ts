/** Looking into folders: the only place that lists them and that asks what stands at a path. */

import { type BigIntStats, type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { requireReach } from '../io/reach.js';

/** What is in a folder, sorted by name. Throws the system's error where it cannot be listed, and OutOfReach. */
export function entriesIn(folder: string): Dirent[] {
  requireReach(folder);
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The names in a folder, sorted; nothing where there is no such folder or this user may not read it. */
export function namesIn(folder: string): string[] {
  try {
    requireReach(folder);
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** What stands at a path, behind any links; undefined where that cannot be told, whatever the reason. */
export function statusOf(path: string): Stats | undefined {
  try {
    requireReach(path);
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** What tells a file or a folder apart from all others on the disk, behind any links. */
export function identityOf(path: string, { dev, ino }: BigIntStats): string {
  // Some file systems do not number their files.
  return ino === 0n ? realpathSync(path) : `${dev}:${ino}`;
}

/** The path without links on the way; undefined where it leads nowhere. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
