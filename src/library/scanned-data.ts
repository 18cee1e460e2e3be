/** What `check --data` reads of a file: all numbers, and further headers after the first one. */

import type { GgufFile } from '../gguf/decode.js';
import type { Found } from '../locate/location.js';
import { furtherHeaders } from '../open/further-headers.js';
import { type OpenedModel, openModel } from '../open/open-model.js';
import { aboutTarget } from '../open/read-header.js';
import { isSuspicious, type SeenFiles, watchedStream } from './seen-data.js';
import { type ScanSettings, scanModelValues } from './values.js';
import type { Watch } from './watch.js';

export interface HowToScan {
  settings: ScanSettings;
  watch: Watch;
  signal?: AbortSignal | undefined;
  close?: (opened: OpenedModel) => Promise<void>;
}

/** Reads a file whole. Throws as `openModel` does. If the work is stopped early, what was found so far is kept. */
export async function readScanned(
  location: Found,
  { settings, watch, signal, close = (opened) => opened.close() }: HowToScan,
  seen: SeenFiles,
): Promise<GgufFile> {
  const watched = location.kind === 'stream' ? watchedStream(location, signal) : undefined;
  const opened = await openModel(watched?.location ?? location, { data: true, signal });
  try {
    const { file, values } = await scanModelValues(opened, settings, watch);
    const suspicious = isSuspicious(file, values);
    const near = location.kind !== 'http' || suspicious;
    const looked = watched === undefined && values.complete && near;
    const headers = watched?.found(file).headers ?? (looked ? await furtherHeaders(file, opened.data, suspicious) : []);
    seen.set(file, { values, all: true, headers });
    return file;
  } catch (error) {
    throw aboutTarget(error, opened.name);
  } finally {
    await close(opened);
  }
}
