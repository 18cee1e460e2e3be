/**
 * Lists the cache of the Hugging Face hub: `models--owner--repo` with a snapshot for each downloaded commit. A commit is named by a branch
 * that points to it, preferably `main`.
 */

import { join, relative, sep } from 'node:path';
import { groupShards } from '../../words/shard-names.js';
import { entriesIn, namesIn } from '../folder.js';
import { listModels, targetOf } from '../hugging-face/listing.js';
import { commitIn, isCommit } from '../hugging-face/local-cache.js';
import { type HubReference, readHubName } from '../hugging-face/reference.js';
import { systemError } from '../locate-error.js';
import { walk } from '../walk.js';
import type { FoundModel } from './found-model.js';
import { folderRow, rowsOf } from './gguf-files.js';

export function hubModels(cache: string): FoundModel[] {
  let names: string[];
  try {
    names = entriesIn(cache).map(({ name }) => name);
  } catch (error) {
    return [folderRow('hub', systemError(cache, error))];
  }
  return names.flatMap((name) => {
    const repository = /^models--(.+)$/.exec(name)?.[1]?.replace('--', '/');
    return repository === undefined ? [] : repositoryModels(join(cache, name), repository);
  });
}

function repositoryModels(folder: string, repository: string): FoundModel[] {
  const revisions = revisionsOf(join(folder, 'refs'));
  const isMain = (commit: string) => Number(revisions.get(commit) === 'main');
  const commits = namesIn(join(folder, 'snapshots')).sort((a, b) => isMain(b) - isMain(a));
  return commits.flatMap((commit) => {
    const snapshot = join(folder, 'snapshots', commit);
    const { files, passedOver } = walk(snapshot);
    const unread = passedOver.map((problem) => folderRow('hub', problem));
    // Several names of one blob are all files of the repository.
    const found = groupShards(files, ({ path }) => path).map(({ members, ...model }) => ({ ...model, files: members }));
    const reference = referenceOf(repository, revisions.get(commit) ?? (isCommit(commit) ? commit : undefined));
    // Without a reference there is no hub name to type; the path can always be typed.
    if (reference === null) return [...rowsOf('hub', found, (path) => path), ...unread];
    const inside = (path: string) => relative(snapshot, path).replaceAll(sep, '/');
    const there = files.filter(({ problem }) => problem === undefined);
    const listed = listModels(
      there.map(({ path }) => ({ path: inside(path), bytes: 0 })),
      reference,
    );
    const targets = new Map(listed.map(({ path, target }) => [path, target]));
    const models = rowsOf('hub', found, (path) => targets.get(inside(path)) ?? targetOf(reference, inside(path)));
    const named = models.map((model) => ({ ...model, name: `${repository}/${inside(model.paths[0] as string)}` }));
    return [...named, ...unread];
  });
}

/** Null if `hf:` could not find it again: a snapshot must be named by a commit, or a branch must point to it. */
function referenceOf(repository: string, revision: string | undefined): HubReference | null {
  if (revision === undefined) return null;
  const known = readHubName(`hf:${repository}/x.gguf@${encodeURIComponent(revision)}`);
  return known === null ? null : { hub: 'hf', repository, revision };
}

/** The commits, and the branch or tag that points to each. */
function revisionsOf(refs: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of revisionNames(refs)) {
    const commit = commitIn(join(refs, name));
    if (commit !== undefined && (name === 'main' || !found.has(commit))) found.set(commit, name);
  }
  return found;
}

/** Maximum depth of branch names; pull requests are `refs/pr/1`. */
const MOST_DEPTH = 8;

/** Names of branches and tags, as paths including their folders. */
function revisionNames(refs: string, depth = 0): string[] {
  if (depth > MOST_DEPTH) return [];
  try {
    return entriesIn(refs).flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return revisionNames(join(refs, entry.name), depth + 1).map((name) => `${entry.name}/${name}`);
    });
  } catch {
    return [];
  }
}
