/** What is to be checked → each file that it stands for, read, with what stands around it. */

import { basename } from 'node:path';
import type { Surroundings } from '../checks/surroundings.js';
import type { GgufFile } from '../gguf/decode.js';
import { isDemo } from '../locate/bundled-model.js';
import { locate, located, locateFile, locateFoundFile } from '../locate/locate.js';
import type { Found, HeadersFor, OneFile, ShardsLocation } from '../locate/location.js';
import { type ModelFile, modelFiles } from '../locate/model-files.js';
import { interpret, type Model } from '../model/model.js';
import { isAbsent } from '../open/read-header.js';
import { isRemote, remoteFileName } from '../words/remote-names.js';
import { withTemplates } from './chat-templates.js';
import { Lookout } from './neighbors.js';

/** A file to be judged. */
export interface ReadFile {
  target: string;
  model: Model;
  surroundings: Surroundings;
}

interface Unread {
  target: string;
  error: unknown;
}

/** A file to be judged, or why it cannot be. */
export type CheckedFile = ReadFile | Unread;

/** Reads the header of a file, and what else of it is asked for. */
export type ReadOne = (location: Found) => GgufFile | Promise<GgufFile>;

/** How servers are asked, and whether chat templates are rendered. */
export interface Asking {
  templates?: boolean | undefined;
  headers?: HeadersFor | undefined;
  signal?: AbortSignal | undefined;
}

/** Every file once, whatever number of targets it stands behind. */
export async function* checkedFiles(
  targets: readonly string[],
  read: ReadOne,
  asking: Asking,
): AsyncGenerator<CheckedFile, void, void> {
  const files = new Map<string, ModelFile | Unread>();
  for (const target of targets) {
    try {
      // A path that is named and found is read as a named one.
      for (const file of await modelFiles(target, asking))
        if (!file.found || !files.has(file.path)) files.set(file.path, file);
    } catch (error) {
      files.set(`error ${target}`, { target, error });
    }
  }
  const reader = asking.templates ? withTemplates(read) : read;
  const lookout = new Lookout([...files.values()].flatMap((file) => ('path' in file ? [file.path] : [])));
  for (const file of files.values()) {
    if ('error' in file) yield file;
    else if (file.problem !== undefined) yield { target: file.path, error: file.problem };
    else if (isRemote(file.path) || isDemo(file.path)) yield* filesElsewhere(file.path, reader, asking);
    else yield await localFile(file, reader, lookout);
  }
}

async function localFile({ path: target, found }: ModelFile, read: ReadOne, lookout: Lookout): Promise<CheckedFile> {
  try {
    const model = interpret(await read(found ? locateFoundFile(target) : locateFile(target)));
    return { target, model, surroundings: await lookout.around(target, model) };
  } catch (error) {
    return { target, error };
  }
}

/** What was not named by its path, so that its place has to be found first. */
async function* filesElsewhere(
  target: string,
  read: ReadOne,
  { headers, signal }: Asking,
): AsyncGenerator<CheckedFile, void, void> {
  let location: Found;
  try {
    location = await located(locate(target, headers, signal));
    if (location.kind !== 'shards') {
      const fileName = location.path === null ? remoteFileName(target) : basename(location.path);
      const model = interpret(await read(location));
      yield { target, model, surroundings: { fileName, neighbors: [], looked: false } };
      if (location.kind === 'file' || location.kind === 'http') yield* companions(location, model, read);
      return;
    }
  } catch (error) {
    yield { target, error };
    return;
  }
  yield* remoteShards(location, read);
}

/** What goes with a model is judged beside it. */
async function* companions(location: OneFile, base: Model, read: ReadOne): AsyncGenerator<CheckedFile, void, void> {
  const neighbors = [{ fileName: basename(location.path ?? location.name), model: base }];
  for (const { name: target, location: beside } of location.companions ?? []) {
    try {
      const model = interpret(await read(beside));
      yield { target, model, surroundings: { fileName: basename(beside.path ?? target), neighbors, looked: true } };
    } catch (error) {
      yield { target, error };
    }
  }
}

/** All are read first, as the answer for each needs the others. One that is not there is a finding of the others. */
async function* remoteShards({ shards }: ShardsLocation, read: ReadOne): AsyncGenerator<CheckedFile, void, void> {
  const all: { fileName: string; target: string; model: Model | null; error?: unknown }[] = [];
  for (const { fileName, location, named } of shards) {
    const target = location.name;
    try {
      all.push({ fileName, target, model: interpret(await read(location)) });
    } catch (error) {
      if (named || !isAbsent(error)) all.push({ fileName, target, model: null, error });
    }
  }
  for (const { fileName, target, model, error } of all) {
    const neighbors = all.filter((other) => other.fileName !== fileName);
    if (model === null) yield { target, error };
    else yield { target, model, surroundings: { fileName, neighbors, looked: true } };
  }
}
