/** The report on a repository: its models in the order in which they were found, and which of them are already on this machine. */

import type { RepositoryModel, RepositoryReport } from './repository-schema.js';

interface Found {
  repository: string;
  revision: string;
  source: RepositoryReport['source'];
  models: readonly Omit<RepositoryModel, 'cached'>[];
  /** Paths of the models in the cache. */
  cached: ReadonlySet<string>;
}

export function repositoryReport({ repository, revision, source, models, cached }: Found): RepositoryReport {
  const entries = models.map(({ target, path, kind, label, bytes, shards }) => ({
    target,
    path,
    kind,
    label,
    bytes,
    shards: shards && { ...shards },
    cached: cached.has(path),
  }));
  return { schemaVersion: 1, repository, revision, source, models: entries };
}
