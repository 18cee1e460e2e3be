/**
 * The hub's cache on this machine, as its own library lays it out and llama.cpp too: `models--owner--repo/refs/main` holds a commit,
 * `snapshots/<commit>/` the files of that commit, as links to `blobs/`. It is only read.
 */

import { dirname, join, relative, sep } from 'node:path';
import { readSmallFile } from '../../io/file.js';
import { realPathOf, statusOf } from '../folder.js';
import { walk } from '../walk.js';
import type { Hub } from './hub.js';
import type { HubReference } from './reference.js';
import type { HubFile } from './repository-files.js';

type Revision = Pick<HubReference, 'repository' | 'revision'>;

/** The folder with the files of a revision; undefined where nothing of it is here. */
function snapshotOf({ cache }: Hub, { repository, revision }: Revision): string | undefined {
  if (cache === undefined) return undefined;
  const folder = join(cache, `models--${repository.replace('/', '--')}`);
  const commit = isCommit(revision) ? revision : commitIn(join(folder, 'refs', revision));
  const snapshot = commit && join(folder, 'snapshots', commit);
  return snapshot && statusOf(snapshot)?.isDirectory() ? snapshot : undefined;
}

export function isCommit(revision: string): boolean {
  return /^[\da-f]{40}$/.test(revision);
}

/** A commit and the end of its line have less. */
const MOST_BYTES_OF_REF = 256;

/** The commit that a branch or a tag leads to; undefined where its file says none. */
export function commitIn(path: string): string | undefined {
  try {
    const commit = readSmallFile(path, MOST_BYTES_OF_REF)?.trim();
    return commit !== undefined && isCommit(commit) ? commit : undefined;
  } catch {
    return undefined;
  }
}

/** The path of a file that is in the cache; undefined where it is not, or not whole. */
export function cachedFile(hub: Hub, revision: Revision, path: string): string | undefined {
  const snapshot = snapshotOf(hub, revision);
  const file = snapshot && join(snapshot, path);
  return file && statusOf(file)?.isFile() ? file : undefined;
}

/** Which of some paths are in the cache. */
export function cachedOf(hub: Hub, revision: Revision, paths: readonly string[]): Set<string> {
  const snapshot = snapshotOf(hub, revision);
  if (snapshot === undefined) return new Set();
  return new Set(paths.filter((path) => statusOf(join(snapshot, path))?.isFile()));
}

/** All models of a revision that are in the cache. */
export function cachedFiles(hub: Hub, revision: Revision): HubFile[] {
  const snapshot = snapshotOf(hub, revision);
  if (snapshot === undefined) return [];
  return walk(snapshot).files.flatMap(({ path, problem }) => {
    // A link whose blob has been removed leads nowhere.
    const status = problem === undefined ? statusOf(path) : undefined;
    return status === undefined ? [] : [{ path: relative(snapshot, path).replaceAll(sep, '/'), bytes: status.size }];
  });
}

/** A link in a snapshot that leads to a blob, whose name is only its digest; undefined where there is none. */
export function linkToBlob(blob: string): string | undefined {
  const real = realPathOf(blob);
  const snapshots = join(dirname(dirname(blob)), 'snapshots');
  if (real === undefined || !statusOf(snapshots)?.isDirectory()) return undefined;
  return walk(snapshots).files.find(({ path }) => realPathOf(path) === real)?.path;
}
