/**
 * Limits what may be read if somebody other than the user names the files: only what is inside given folders after resolving all links.
 * Opening and listing check this (open-file.ts, locate/folder.ts), so no path can avoid it: neither a link, nor a shard, nor a file next to
 * a model.
 */

import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { ExplainedError } from '../explained-error.js';

/** The path must not be read. The message is the same whether or not it exists. */
export class OutOfReach extends ExplainedError<'outside-roots'> {
  constructor(path: string) {
    super('outside-roots', 'it is outside the folders that may be read', {
      target: path,
      hint: 'gguf-explain mcp --root FOLDER sets these folders',
    });
  }
}

/** Allowed folders and files, as named and with links resolved. If undefined, everything may be read. */
let roots: readonly string[] | undefined;

/** Limits reading to these folders (with all their contents) and files from now on. Each must exist. */
export function limitReach(paths: readonly string[]): void {
  roots = [...new Set(paths.flatMap((path) => [resolve(path), realpathSync(path)]))];
}

/** Throws OutOfReach if a path must not be read, even if it does not exist. `name` is its name in the error. */
export function requireReach(path: string, name = path): void {
  if (roots === undefined) return;
  // A path outside by its name is not even resolved, because it may lead to another machine.
  const absolute = resolve(path);
  if (!isBelowOne(absolute) || !isBelowOne(realPath(absolute))) throw new OutOfReach(name);
}

function isBelowOne(path: string): boolean {
  return (roots ?? []).some((root) => {
    const way = relative(root, path);
    return way === '' || (!isAbsolute(way) && way.split(/[\\/]/)[0] !== '..');
  });
}

/** The path with links resolved; for a path that does not exist, as far as it does. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realPath(above), relative(above, path));
  }
}
