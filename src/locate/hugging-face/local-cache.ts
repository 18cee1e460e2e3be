/**
 * The hub's cache on this machine, as its own library lays it out and llama.cpp too: `models--owner--repo/refs/main` holds a commit,
 * `snapshots/<commit>/` the files of that commit, as links to `blobs/`. It is only read.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statusOf } from '../folder.js';
import type { Hub } from './hub.js';
import type { HubReference } from './reference.js';
import type { HubFile } from './repository-files.js';

type Revision = Pick<HubReference, 'repository' | 'revision'>;

/** The folder with the files of a revision; undefined where nothing of it is here. */
function snapshotOf({ cache }: Hub, { repository, revision }: Revision): string | undefined {
  const folder = join(cache, `models--${repository.replace('/', '--')}`);
  const commit = /^[\da-f]{40}$/.test(revision) ? revision : commitIn(join(folder, 'refs', revision));
  const snapshot = commit && join(folder, 'snapshots', commit);
  return snapshot && statusOf(snapshot)?.isDirectory() ? snapshot : undefined;
}

function commitIn(path: string): string | undefined {
  try {
    const commit = readFileSync(path, 'utf8').trim();
    return /^[\da-f]{40}$/.test(commit) ? commit : undefined;
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

/** All files of a revision that are in the cache. */
export function cachedFiles(hub: Hub, revision: Revision): HubFile[] {
  const snapshot = snapshotOf(hub, revision);
  if (snapshot === undefined) return [];
  return readdirSync(snapshot, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    // A link whose blob has been removed leads nowhere.
    const status = statusOf(join(snapshot, name));
    return status?.isFile() ? [{ path: name.replaceAll('\\', '/'), bytes: status.size }] : [];
  });
}
