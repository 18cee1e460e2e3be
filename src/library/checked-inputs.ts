/** What the library was given to check → each file that it stands for, read, with what stands around it. */

import { NO_SURROUNDINGS } from '../checks/surroundings.js';
import { interpret } from '../model/model.js';
import { readHeader } from '../open/read-header.js';
import { type CheckedFile, checkedFiles, type ReadOne } from './checked-files.js';
import { headersFor, type Input, type InputOptions, locationOf, targetOf } from './input.js';
import { readScanned } from './scanned-data.js';
import { readSampled, type SeenFiles } from './seen-data.js';
import type { ScanSettings } from './values.js';
import { type ProgressOptions, watchFor } from './watch.js';

/**
 * Paths and addresses stand for all the files that they name; of anything else nothing but its bytes is known. Where the rules are on the
 * numbers, these are read, or samples of them, and kept in `seen`.
 */
export async function* checkInputs(
  inputs: readonly Input[],
  { rules, data, remote }: { rules: readonly string[]; data: 'all' | 'samples' | 'none'; remote: boolean },
  options: InputOptions & ProgressOptions,
  settings: ScanSettings,
  seen: SeenFiles,
): AsyncGenerator<CheckedFile, void, void> {
  const { signal } = options;
  const read: ReadOne = async (location) => {
    signal?.throwIfAborted();
    if (data === 'none') return await readHeader(location, { signal });
    if (data === 'samples')
      return await readSampled(location, { numbers: rules.includes('data'), remote, signal }, seen);
    return await readScanned(location, { settings, watch: watchFor(options), signal }, seen);
  };
  const named = inputs.flatMap((input) => targetOf(input) ?? []);
  try {
    for await (const file of checkedFiles(named, read, { headers: headersFor(options), signal })) {
      // Whatever could not be read after an abort was not looked at.
      signal?.throwIfAborted();
      yield file;
    }
    for (const input of inputs) if (targetOf(input) === undefined) yield await checkedBytes(input, options, read);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

async function checkedBytes(input: Input, options: InputOptions, read: ReadOne): Promise<CheckedFile> {
  const location = locationOf(input, options);
  const target = location.name;
  try {
    if (location.kind === 'remote') throw new Error('only texts and URLs are looked up');
    return { target, model: interpret(await read(location)), surroundings: NO_SURROUNDINGS };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { target, error };
  }
}
