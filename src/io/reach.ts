/**
 * What may be read, where somebody else than the user names files: only what lies in some folders, behind all links. Opening and listing
 * ask here (open-file.ts, locate/folder.ts), so no way to a file goes around it: not a link, not a shard, not what stands beside a model.
 */

import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { ExplainedError } from '../explained-error.js';

/** Something that must not be read. The sentence is the same whether it exists or not. */
export class OutOfReach extends ExplainedError<'outside-roots'> {
  constructor(path: string) {
    super('outside-roots', 'it is not in a folder that may be read', {
      target: path,
      hint: 'gguf-explain mcp --root FOLDER names the folders',
    });
  }
}

/** Folders and single files, as they are named and behind their links. Without any, all may be read. */
let roots: readonly string[] | undefined;

/** From now on only these may be read: folders with all that is in them, and files. Each must exist. */
export function limitReach(paths: readonly string[]): void {
  roots = [...new Set(paths.flatMap((path) => [resolve(path), realpathSync(path)]))];
}

/** Throws OutOfReach where a path must not be read; it need not lead anywhere. `name` is how the error calls it. */
export function requireReach(path: string, name = path): void {
  if (roots === undefined) return;
  // What is elsewhere by its name is not even looked at: a path may lead to another machine.
  const absolute = resolve(path);
  if (!isBelowOne(absolute) || !isBelowOne(realPath(absolute))) throw new OutOfReach(name);
}

function isBelowOne(path: string): boolean {
  return (roots ?? []).some((root) => {
    const way = relative(root, path);
    return way === '' || (!isAbsolute(way) && way.split(/[\\/]/)[0] !== '..');
  });
}

/** A path without links; of one that leads nowhere, as far as it does. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realPath(above), relative(above, path));
  }
}
