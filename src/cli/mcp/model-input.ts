/** What a caller names as a model → what the library reads: a file within the roots, or an address if servers are allowed. */

import { existsSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { UsageError } from '../../explained-error.js';
import { notAFile } from '../../io/file.js';
import { limitReach, requireReach } from '../../io/reach.js';
import { bundledModel } from '../../locate/bundled-model.js';
import { withoutFileUrl } from '../../locate/file-url.js';
import { systemError } from '../../locate/locate-error.js';
import { DEMO } from '../../words/demo-model.js';
import { isRemote } from '../../words/remote-names.js';

/** What may be read. */
export interface Reach {
  /** Folders, as paths without links. */
  roots: readonly string[];
  remote: boolean;
}

/** A model for the library, and its name in answers. */
export interface ModelInput {
  input: string;
  name: string;
}

/** Limits all reading of this process. Throws LocateError for a root that does not exist, UsageError for one that is not a folder. */
export function makeReach(folders: readonly string[], remote: boolean): Reach {
  const roots = folders.map((folder) => {
    try {
      if (statSync(folder).isDirectory()) return resolve(folder);
    } catch (error) {
      throw systemError(folder, error);
    }
    throw new UsageError('bad-root', `--root: ${folder} is not a folder`, 'name the folder that holds the models');
  });
  limitReach([...roots, ...includedModel()]);
  return { roots, remote };
}

/** Empty if the user has removed the included model. */
function includedModel(): string[] {
  try {
    return [bundledModel().path];
  } catch {
    return [];
  }
}

/**
 * Looks for a path in each root. Throws UsageError for an address if servers are not allowed, and for standard input, which carries the
 * protocol; LocateError if there is nothing to read.
 */
export function modelInput(typed: string, { roots, remote }: Reach): ModelInput {
  const name = withoutFileUrl(typed);
  if (isRemote(name)) {
    if (remote) return { input: name, name };
    const hint = 'the server reads addresses only with --allow-remote; name a file on this machine';
    throw new UsageError('remote-not-allowed', 'this server reads no addresses', hint).about(name);
  }
  if (name === '-') {
    throw new UsageError('bad-model', 'standard input has the protocol on it, not a model', 'name a file').about(name);
  }
  const path = pathOf(name, roots);
  if (path === undefined) return { input: bundledModel().name, name };
  // Reports name a model by the input of the library, so a relative path stays as it is.
  return { input: resolve(name) === path ? name : path, name };
}

/** Undefined for the included model. */
function pathOf(name: string, roots: readonly string[]): string | undefined {
  const paths = isAbsolute(name) ? [name] : roots.map((root) => resolve(root, name));
  for (const path of paths) requireReach(path, name);
  const path = paths.find((one) => existsSync(one)) ?? (paths[0] as string);
  if (name === DEMO && !existsSync(path)) return undefined;
  try {
    const status = statSync(path);
    const wrong = status.isDirectory() ? undefined : notAFile(status);
    if (wrong !== undefined) throw wrong;
  } catch (error) {
    throw systemError(name, error);
  }
  return path;
}
