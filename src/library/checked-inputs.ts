/** Turns the inputs of the library's `check` into the files that they stand for, with the header and the surroundings of each. */

import { NO_SURROUNDINGS } from '../checks/surroundings.js';
import { interpret } from '../model/model.js';
import { readHeader } from '../open/read-header.js';
import { withTemplates } from './chat-templates.js';
import type { DigestsFound } from './checked-digest.js';
import { type CheckedFile, checkedFiles, type ReadOne } from './checked-files.js';
import { headersFor, type Input, type InputOptions, locationOf, targetOf } from './input.js';
import { readScanned } from './scanned-data.js';
import { readSampled, type SeenFiles } from './seen-data.js';
import type { ScanSettings } from './values.js';
import { type ProgressOptions, watchFor } from './watch.js';

/**
 * A path or an address stands for all the files that it names; any other input is only its bytes. If the data rules are asked for, the
 * numbers are read, all or samples, and kept in `seen`.
 */
export async function* checkInputs(
  inputs: readonly Input[],
  { rules, data, remote }: { rules: readonly string[]; data: 'all' | 'samples' | 'none'; remote: boolean },
  options: InputOptions & ProgressOptions & { digest?: boolean },
  settings: ScanSettings,
  { seen, digests }: { seen: SeenFiles; digests: DigestsFound },
): AsyncGenerator<CheckedFile, void, void> {
  const { signal } = options;
  const read: ReadOne = async (location) => {
    const file = await readOne(location);
    if (!options.digest) return file;
    const { checkedDigest } = await import('./checked-digest.js');
    const digest = await checkedDigest(location, watchFor(options));
    if (digest !== undefined) digests.set(file, digest);
    return file;
  };
  const readOne: ReadOne = async (location) => {
    signal?.throwIfAborted();
    if (data === 'none') return await readHeader(location, { signal });
    if (data === 'samples')
      return await readSampled(location, { numbers: rules.includes('data'), remote, signal }, seen);
    return await readScanned(location, { settings, watch: watchFor(options), signal }, seen);
  };
  const templates = rules.includes('advice');
  const named = inputs.flatMap((input) => targetOf(input) ?? []);
  try {
    for await (const file of checkedFiles(named, read, { headers: headersFor(options), templates, signal })) {
      // After an abort an error says nothing about the file: the reason of the abort is thrown instead.
      signal?.throwIfAborted();
      yield file;
    }
    for (const input of inputs)
      if (targetOf(input) === undefined)
        yield await checkedBytes(input, options, templates ? withTemplates(read) : read);
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
