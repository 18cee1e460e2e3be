/**
 * The cache of the Hugging Face hub: `models--owner--repo` with a snapshot for each commit that something was fetched of. A commit is
 * called by the branch that leads to it, `main` before others.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { namesIn } from '../folder.js';
import { listModels, targetOf } from '../hugging-face/listing.js';
import { type HubReference, readHubName } from '../hugging-face/reference.js';
import { modelsOf } from './files.js';
import type { FoundModel } from './found-model.js';
import { ggufFilesBelow } from './walk.js';

const COMMIT = /^[\da-f]{40}$/;

export function hubModels(cache: string): FoundModel[] {
  return namesIn(cache).flatMap((name) => {
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
    const files = ggufFilesBelow(snapshot);
    const reference = referenceOf(repository, revisions.get(commit) ?? (COMMIT.test(commit) ? commit : undefined));
    // Without a reference the name is none that can be typed; the path always can.
    if (reference === null) return modelsOf('hub', files, (path) => path);
    const inside = (path: string) => relative(snapshot, path).replaceAll(sep, '/');
    const there = files.filter(({ dead }) => !dead).map(({ path }) => ({ path: inside(path), bytes: 0 }));
    const targets = new Map(listModels(there, reference).map(({ path, target }) => [path, target]));
    const models = modelsOf('hub', files, (path) => targets.get(inside(path)) ?? targetOf(reference, inside(path)));
    return models.map((model) => ({ ...model, name: `${repository}/${inside(model.paths[0] as string)}` }));
  });
}

/** Null for what `hf:` could not lead back to: a snapshot must be named by a commit, or a branch must lead to it. */
function referenceOf(repository: string, revision: string | undefined): HubReference | null {
  if (revision === undefined) return null;
  const known = readHubName(`hf:${repository}/x.gguf@${encodeURIComponent(revision)}`);
  return known === null ? null : { repository, revision };
}

/** Commits, and what leads to each. */
function revisionsOf(refs: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of revisionNames(refs)) {
    const commit = commitIn(join(refs, name));
    if (commit !== undefined && (name === 'main' || !found.has(commit))) found.set(commit, name);
  }
  return found;
}

/** Branches and tags, and pull requests, which are folders deep: `refs/pr/1`. */
function revisionNames(refs: string): string[] {
  try {
    return readdirSync(refs, { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll(sep, '/'))
      .sort();
  } catch {
    return [];
  }
}

function commitIn(path: string): string | undefined {
  try {
    const commit = readFileSync(path, 'utf8').trim();
    return COMMIT.test(commit) ? commit : undefined;
  } catch {
    return undefined;
  }
}
