/**
 * The one walk through a folder and all folders in it, for every command. Links to folders are followed and each folder is entered
 * once, so no circle of links has an effect. What is found is only told by its name and its kind: whoever opens it says what it holds.
 */

import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { notAFile } from '../io/file.js';
import { isGgufName } from '../words/shard-names.js';
import { entriesIn, identityOf, realPathOf } from './folder.js';
import { LocateError, systemError } from './locate-error.js';

/** Something in a folder that is called like a model. */
export interface WalkedFile {
  path: string;
  /** The same for all names of one file; null where nothing can be read at the path. */
  identity: string | null;
  /** Whether it is a link; of a file that a pattern matched, whether there is a link on the way to it. */
  link: boolean;
  /** Why there is nothing to read: a link to nothing, a pipe, a device. */
  problem?: LocateError;
}

export interface Walked {
  /** In the order of their paths. */
  files: WalkedFile[];
  /** Folders that were not gone through, or not to their end; `target` has the path. */
  passedOver: LocateError[];
}

/** How far a walk goes. Collections of models have some folders within each other and some hundred thousand files. */
export const WALK_LIMITS = { depth: 32, entries: 1_000_000 };

/** A folder that cannot be listed is in `passedOver`, as `top` is, and the walk goes on with the others. */
export function walk(top: string, limits: Readonly<typeof WALK_LIMITS> = WALK_LIMITS): Walked {
  const entered = new Set<string>();
  const files: WalkedFile[] = [];
  const passedOver: LocateError[] = [];
  // Folders themselves before links to them: where both lead to one, its own path is the name that people know.
  const linked: { path: string; depth: number }[] = [];
  let entries = 0;

  const visit = (folder: string, depth: number): void => {
    if (entries > limits.entries) return;
    try {
      const identity = identityOf(folder, statSync(folder, { bigint: true }));
      if (entered.has(identity)) return;
      entered.add(identity);
      if (depth > limits.depth) {
        const message = `it is more than ${limits.depth} folders deep, and what is in it was not looked at`;
        passedOver.push(new LocateError('too-deep', folder, message, 'name the folder itself'));
        return;
      }
      for (const entry of entriesIn(folder)) {
        if (++entries > limits.entries) {
          const message = `there are more than ${limits.entries} files and folders; not all of them were looked at`;
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

/** A path that was found otherwise as that of a file, whatever stands there. */
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
