/** The folders where the tests find their files. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url));
export const FIXTURES_FOLDER = join(PROJECT_FOLDER, 'fixtures');

/** The folders of fixtures/ that write-fixtures.ts makes. */
export const WRITTEN_FOLDERS = ['valid', 'broken', 'flawed'] as const;

/**
 * Reference files that are too large for the project: models of 50 MB, for few tests. They may be absent; those tests are then skipped,
 * and their names end in "(needs ../shared)", which the summary of a run counts.
 */
export const SHARED_FOLDER = join(PROJECT_FOLDER, '..', 'shared');

/** The GGUF files of a folder, as paths, sorted; none where the folder is absent. */
export function ggufFilesIn(folder: string): string[] {
  return filesIn(folder, '.gguf');
}

/** The files of a folder with this ending, as paths, sorted; none where the folder is absent. */
export function filesIn(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}
