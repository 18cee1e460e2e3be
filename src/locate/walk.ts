/**
 * The only recursive folder search, for every command. Links to folders are followed and each folder is entered once, so cycles of links
 * are harmless. Results contain only names and kinds; the code that opens a file reports what it contains.
 */

import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { notAFile } from '../io/file.js';
import { isGgufName } from '../words/shard-names.js';
import { entriesIn, identityOf, realPathOf } from './folder.js';
import { LocateError, systemError } from './locate-error.js';

/** An entry that is named like a model file. */
export interface WalkedFile {
  path: string;
  /** Equal for all names of one file; null if nothing can be read at the path. */
  identity: string | null;
  /** Whether it is a link; for a file matched by a pattern, whether any part of its path is a link. */
  link: boolean;
  /** Why it cannot be read: a dangling link, a pipe, a device. */
  problem?: LocateError;
}

export interface Walked {
  /** Sorted by path. */
  files: WalkedFile[];
  /** Folders that were not searched, or not completely; `target` is the path. */
  passedOver: LocateError[];
}

/** Limits of a search. Collections of models have a few levels of folders and some hundred thousand files. */
export const WALK_LIMITS = { depth: 32, entries: 1_000_000 };

/** A folder that cannot be listed, including `top`, is added to `passedOver`, and the search continues. */
export function walk(top: string, limits: Readonly<typeof WALK_LIMITS> = WALK_LIMITS): Walked {
  const entered = new Set<string>();
  const files: WalkedFile[] = [];
  const passedOver: LocateError[] = [];
  // Folders are entered before links to them: if both lead to the same folder, its own path is the familiar name.
  const linked: { path: string; depth: number }[] = [];
  let entries = 0;

  const visit = (folder: string, depth: number): void => {
    if (entries > limits.entries) return;
    try {
      const identity = identityOf(folder, statSync(folder, { bigint: true }));
      if (entered.has(identity)) return;
      entered.add(identity);
      if (depth > limits.depth) {
        const message = `it is more than ${limits.depth} folders deep; its contents were not searched`;
        passedOver.push(new LocateError('too-deep', folder, message, 'name the folder itself'));
        return;
      }
      for (const entry of entriesIn(folder)) {
        if (++entries > limits.entries) {
          const message = `there are more than ${limits.entries} files and folders; not all of them were searched`;
          passedOver.push(new LocateError('too-many-files', top, message, 'name folders inside it'));
          return;
        }
        const path = join(folder, entry.name);
        if (entry.isDirectory()) visit(path, depth + 1);
        else if (entry.isSymbolicLink() || isGgufName(entry.name)) {
          const found = lookAt(path, entry.isSymbolicLink());
          if (found === 'folder') linked.push({ path, depth: depth + 1 });
          else if (isGgufName(entry.name)) files.push(found);
        }
      }
    } catch (error) {
      passedOver.push(systemError(folder, error));
    }
  };

  visit(top, 0);
  for (const { path, depth } of linked) visit(path, depth);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  passedOver.sort((a, b) => (a.target < b.target ? -1 : 1));
  return { files, passedOver };
}

/** A file whose path was found in another way, whatever is at that path. */
export function lookAtFile(path: string): WalkedFile {
  const found = lookAt(path, realPathOf(path) !== resolve(path));
  if (found !== 'folder') return found;
  return { path, identity: null, link: false, problem: new LocateError('not-readable', path, 'it is a folder') };
}

function lookAt(path: string, link: boolean): WalkedFile | 'folder' {
  try {
    const status = statSync(path, { bigint: true });
    if (status.isDirectory()) return 'folder';
    const wrong = notAFile(status);
    if (wrong !== undefined) return { path, identity: null, link, problem: systemError(path, wrong) };
    return { path, identity: identityOf(path, status), link };
  } catch (error) {
    const gone = link && (error as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = gone
      ? new LocateError('file-not-found', path, 'it is a link to a file that does not exist')
      : systemError(path, error);
    return { path, identity: null, link, problem };
  }
}
