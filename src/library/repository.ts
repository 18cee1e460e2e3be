/** The models of a repository, for a name that stands for several. */

import { UsageError } from '../explained-error.js';
import type { RepositoryListing } from '../locate/hugging-face.js';
import { locate } from '../locate/locate.js';
import type { HeadersFor } from '../locate/location.js';
import { findRemote } from '../locate/remote.js';
import { repositoryReport } from '../report/repository-report.js';
import type { RepositoryReport } from '../report/repository-schema.js';

/** Throws UsageError for a target that stands for one model, LocateError if there is no such repository. */
export async function repositoryOf(
  target: string,
  headers: HeadersFor,
  signal: AbortSignal | undefined,
): Promise<RepositoryReport> {
  return repositoryReport(await listingOf(target, headers, signal));
}

/** The models of the repository. Throws as `repositoryOf` does. */
export async function listingOf(
  target: string,
  headers: HeadersFor,
  signal: AbortSignal | undefined,
): Promise<RepositoryListing> {
  try {
    const location = locate(target, headers, signal);
    const found = location.kind === 'remote' ? await findRemote(location) : location;
    if (found.kind === 'repository') return found.listing;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  throw new UsageError(
    'no-repository',
    `${target} is one model, not a repository of several`,
    'gguf-explain explain shows it',
  );
}
