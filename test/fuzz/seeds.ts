/** The files to break: all fixtures, files that llama.cpp wrote, and more files in ../shared where it exists. */

import { closeSync, openSync, readSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { FIXTURES_FOLDER, ggufFilesIn, SHARED_FOLDER } from '../support/places.js';
import { WRITTEN_BY_LLAMA_CPP } from '../support/reference.js';
import { type Seed, seedOf } from './mutations.js';

/** The rest of a file is not read: headers of fixtures are smaller, and data is never looked at. */
const MOST_BYTES = 256 * 1024;

/** Folders of GGUF files in ../shared, which may be absent. */
const SHARED_FOLDERS = ['gguf/tiny-stories', 'gguf/trace', 'cases', 'cases/hostile'].map((folder) =>
  join(SHARED_FOLDER, folder),
);

export function allSeeds(): Seed[] {
  return [...new Set([...fixturePaths(), ...WRITTEN_BY_LLAMA_CPP, ...SHARED_FOLDERS.flatMap(ggufFilesIn)])].map(
    (path) => seedOf(basename(path), headOf(path)),
  );
}

/** The small seeds, for the tests. */
export function fixtureSeeds(): Seed[] {
  return fixturePaths().map((path) => seedOf(basename(path), headOf(path)));
}

/** The folders beside the project that are absent. */
export function absentFolders(): string[] {
  return SHARED_FOLDERS.filter((folder) => ggufFilesIn(folder).length === 0).map((folder) =>
    relative(SHARED_FOLDER, folder),
  );
}

function fixturePaths(): string[] {
  return ['.', 'valid', 'flawed', 'broken'].flatMap((folder) => ggufFilesIn(join(FIXTURES_FOLDER, folder)));
}

function headOf(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  const bytes = Buffer.alloc(MOST_BYTES);
  const count = readSync(descriptor, bytes, 0, MOST_BYTES, 0);
  closeSync(descriptor);
  return bytes.subarray(0, count);
}
