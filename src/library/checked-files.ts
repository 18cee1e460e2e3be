/** Turns the targets of a check into the files that they stand for, with the header and the surroundings of each. */

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

/** A file to be judged, or the reason why it cannot be. */
export type CheckedFile = ReadFile | Unread;

/** Reads the header of a file, and any other part of it that the check needs. */
export type ReadOne = (location: Found) => GgufFile | Promise<GgufFile>;

/** How to ask servers, and whether to render chat templates. */
export interface Asking {
  templates?: boolean | undefined;
  headers?: HeadersFor | undefined;
  signal?: AbortSignal | undefined;
}

/** Yields every file once, even if several targets stand for it. */
export async function* checkedFiles(
  targets: readonly string[],
  read: ReadOne,
  asking: Asking,
): AsyncGenerator<CheckedFile, void, void> {
  const files = new Map<string, ModelFile | Unread>();
  for (const target of targets) {
    try {
      // If a path was both named and found in a folder, the named one is read.
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

/** A target that is not a path, so its location must be looked up first. */
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

/** Files that belong to a model are judged with the model as their neighbor. */
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

/** All shards are read first, because judging one needs the others. A missing shard becomes a finding of the others. */
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
