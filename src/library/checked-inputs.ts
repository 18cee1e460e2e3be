/** What the library was given to check → each file that it stands for, read, with what stands around it. */

import { NO_SURROUNDINGS } from '../checks/surroundings.js';
import { interpret } from '../model/model.js';
import { openModel } from '../open/open-model.js';
import { readHeader } from '../open/read-header.js';
import { withTemplates } from './chat-templates.js';
import { type ValuesFound, withValues } from './check.js';
import type { DigestsFound } from './checked-digest.js';
import { type CheckedFile, checkedFiles, type ReadOne } from './checked-files.js';
import { headersFor, type Input, type InputOptions, locationOf, targetOf } from './input.js';
import { type ScanSettings, scanModelValues } from './values.js';
import { type ProgressOptions, watchFor } from './watch.js';

/**
 * Paths and addresses stand for all the files that they name; of anything else nothing but its bytes is known. Where the rules are on the
 * numbers, these are read and kept in `values`.
 */
export async function* checkInputs(
  inputs: readonly Input[],
  { rules, headerOnly }: { rules: readonly string[]; headerOnly: boolean },
  options: InputOptions & ProgressOptions & { digest?: boolean },
  settings: ScanSettings,
  { values, digests }: { values: ValuesFound; digests: DigestsFound },
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
    if (!rules.includes('data')) return await readHeader(location, { toEnd: !headerOnly, signal });
    const opened = await openModel(location, { data: true, signal });
    try {
      return withValues(values, await scanModelValues(opened, settings, watchFor(options)));
    } finally {
      await opened.close();
    }
  };
  const templates = rules.includes('advice');
  const named = inputs.flatMap((input) => targetOf(input) ?? []);
  try {
    for await (const file of checkedFiles(named, read, { headers: headersFor(options), templates, signal })) {
      // Whatever could not be read after an abort was not looked at.
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
