/**
 * The hub's cache on this machine, in the layout of the hub's library and llama.cpp: `models--owner--repo/refs/main` contains a commit,
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

/** The folder with the files of a revision; undefined if nothing of it is cached. */
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

/** Maximum bytes of a ref file; a commit and a line ending have less. */
const MOST_BYTES_OF_REF = 256;

/** The commit of a branch or tag; undefined if its file does not contain one. */
export function commitIn(path: string): string | undefined {
  try {
    const commit = readSmallFile(path, MOST_BYTES_OF_REF)?.trim();
    return commit !== undefined && isCommit(commit) ? commit : undefined;
  } catch {
    return undefined;
  }
}

/** The path of a cached file; undefined if it is not cached, or incomplete. */
export function cachedFile(hub: Hub, revision: Revision, path: string): string | undefined {
  const snapshot = snapshotOf(hub, revision);
  const file = snapshot && join(snapshot, path);
  return file && statusOf(file)?.isFile() ? file : undefined;
}

/** The paths that are in the cache. */
export function cachedOf(hub: Hub, revision: Revision, paths: readonly string[]): Set<string> {
  const snapshot = snapshotOf(hub, revision);
  if (snapshot === undefined) return new Set();
  return new Set(paths.filter((path) => statusOf(join(snapshot, path))?.isFile()));
}

/** All cached models of a revision. */
export function cachedFiles(hub: Hub, revision: Revision): HubFile[] {
  const snapshot = snapshotOf(hub, revision);
  if (snapshot === undefined) return [];
  return walk(snapshot).files.flatMap(({ path, problem }) => {
    // The link is dangling if its blob has been removed.
    const status = problem === undefined ? statusOf(path) : undefined;
    return status === undefined ? [] : [{ path: relative(snapshot, path).replaceAll(sep, '/'), bytes: status.size }];
  });
}

/** A link in a snapshot to a blob, whose own name is only its digest; undefined if there is none. */
export function linkToBlob(blob: string): string | undefined {
  const real = realPathOf(blob);
  const snapshots = join(dirname(dirname(blob)), 'snapshots');
  if (real === undefined || !statusOf(snapshots)?.isDirectory()) return undefined;
  return walk(snapshots).files.find(({ path }) => realPathOf(path) === real)?.path;
}
