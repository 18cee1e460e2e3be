/** The files that are broken: all fixtures, and the headers of ../shared/gguf where they are there. */

import { closeSync, openSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FIXTURES_FOLDER, ggufFilesIn, SHARED_FOLDER } from '../support/places.js';
import { type Seed, seedOf } from './mutations.js';

/** More of a file is not read: headers of fixtures are smaller, and data is never looked at. */
const MOST_BYTES = 256 * 1024;

export function allSeeds(): Seed[] {
  const fixtures = ['.', 'valid', 'flawed', 'broken'].flatMap((folder) => ggufFilesIn(join(FIXTURES_FOLDER, folder)));
  const shared = ['architectures', 'tiny-stories', 'vocab', 'trace'].flatMap((folder) =>
    ggufFilesIn(join(SHARED_FOLDER, 'gguf', folder)),
  );
  return [...fixtures, ...shared].map((path) => seedOf(basename(path), headOf(path)));
}

function headOf(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  const bytes = Buffer.alloc(MOST_BYTES);
  const count = readSync(descriptor, bytes, 0, MOST_BYTES, 0);
  closeSync(descriptor);
  return bytes.subarray(0, count);
}
