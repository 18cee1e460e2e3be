/** The models of a repository, where a name stands for several. */

import { UsageError } from '../explained-error.js';
import { locate } from '../locate/locate.js';
import type { HeadersFor } from '../locate/location.js';
import { findRemote } from '../locate/remote.js';
import { repositoryReport } from '../report/repository-report.js';
import type { RepositoryReport } from '../report/repository-schema.js';

/** Throws UsageError for what stands for one model, LocateError where there is no such repository. */
export async function repositoryOf(
  target: string,
  headers: HeadersFor,
  signal: AbortSignal | undefined,
): Promise<RepositoryReport> {
  try {
    const location = locate(target, headers, signal);
    const found = location.kind === 'remote' ? await findRemote(location) : location;
    if (found.kind === 'repository') return repositoryReport(found.listing);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  throw new UsageError('no-repository', `${target} is one model, not a repository of several`, 'explain tells of it');
}
