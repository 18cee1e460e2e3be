/** The only module that lists folders and checks what is at a path. */

import { type BigIntStats, type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { requireReach } from '../io/reach.js';

/** The entries of a folder, sorted by name. Throws the system's error if it cannot be listed, and OutOfReach. */
export function entriesIn(folder: string): Dirent[] {
  requireReach(folder);
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The names in a folder, sorted; empty if the folder does not exist or this user may not read it. */
export function namesIn(folder: string): string[] {
  try {
    requireReach(folder);
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** The status of the entry at a path, after resolving links; undefined if it cannot be determined, whatever the reason. */
export function statusOf(path: string): Stats | undefined {
  try {
    requireReach(path);
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Identifies a file or folder on the disk uniquely, after resolving links. */
export function identityOf(path: string, { dev, ino }: BigIntStats): string {
  // Some file systems have no file numbers.
  return ino === 0n ? realpathSync(path) : `${dev}:${ino}`;
}

/** The path with links resolved; undefined if it leads nowhere. */
export function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
