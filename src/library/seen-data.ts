/**
 * What `check` reads of a file besides its header: all numbers or samples of them, empty parts, further headers. A file on this disk is
 * sampled without asking, a file on a server only on request. All bytes of a stream pass by, so they are searched for empty parts and
 * further headers.
 */

import { isExplained } from '../explained-error.js';
import { endOfData } from '../gguf/data-end.js';
import { padded } from '../gguf/data-layout.js';
import type { GgufFile } from '../gguf/decode.js';
import type { Found, StreamLocation } from '../locate/location.js';
import { type FurtherHeader, furtherHeaders, headerSearch } from '../open/further-headers.js';
import { openModel } from '../open/open-model.js';
import { aboutTarget, chunksOfStream, readHeader, secondHeaderHint } from '../open/read-header.js';
import type { ModelValues } from '../tensor-data/model-values.js';
import { type SampledValues, sampleValues } from '../tensor-data/sample-values.js';
import { zeroRunFinder } from '../tensor-data/values/zero-runs.js';
import { built } from './built.js';

/** What was seen of a file. */
export interface SeenData {
  /** Null if no numbers were asked for. */
  values: ModelValues | SampledValues | null;
  /** Whether all numbers were asked for. */
  all: boolean;
  headers: readonly FurtherHeader[];
}

/** By the header of the file, which the judging code has at hand. */
export type SeenFiles = WeakMap<GgufFile, SeenData>;

export interface HowToLook {
  /** Whether to read numbers. */
  numbers: boolean;
  /** Whether to sample files on servers too. */
  remote: boolean;
  signal?: AbortSignal | undefined;
}

/** Reads a header, and samples of the data. Throws as `readHeader` does, and what reading the data throws. */
export async function readSampled(location: Found, how: HowToLook, seen: SeenFiles): Promise<GgufFile> {
  const { signal, numbers } = how;
  if (location.kind === 'stream') return await readWatched(location, how, seen);
  const distant = location.kind === 'http';
  if (distant && !how.remote) return await readHeader(location, { toEnd: true, signal });
  const opened = await openModel(location, { signal });
  try {
    const { file, samples } = opened;
    const values = numbers
      ? await sampleValues(file, samples, { kernels: () => built('value-kernels.wasm'), distant })
      : null;
    const headers = await furtherHeaders(file, samples, !distant && isSuspicious(file, values));
    seen.set(file, { values, all: false, headers });
    return file;
  } catch (error) {
    throw aboutTarget(error, opened.name);
  } finally {
    await opened.close();
  }
}

/** With more bytes than there should be, or with numbers that are NaN or infinite, another file may begin anywhere. */
export function isSuspicious(file: GgufFile, values: ModelValues | SampledValues | null): boolean {
  const surplus = file.size !== undefined && file.size > padded(endOfData(file), file.alignment);
  return surplus || (values?.statistics.some((own) => own !== undefined && own.nans + own.infinities > 0) ?? false);
}

async function readWatched(
  location: StreamLocation,
  { numbers, signal }: HowToLook,
  seen: SeenFiles,
): Promise<GgufFile> {
  const watch = watchedStream(location, signal);
  const file = await readWatchedHeader(watch, signal);
  const { empty, headers } = watch.found(file);
  const values = { statistics: [], faults: [], left: new Map(), empty, complete: true, bytes: 0 };
  seen.set(file, { values: numbers ? values : null, all: false, headers });
  return file;
}

async function readWatchedHeader(
  { location, second }: ReturnType<typeof watchedStream>,
  signal: AbortSignal | undefined,
): Promise<GgufFile> {
  try {
    return await readHeader(location, { toEnd: true, signal });
  } catch (error) {
    if (isExplained(error)) error.hint = secondHeaderHint(second()) ?? error.hint;
    throw error;
  }
}

/** A stream whose bytes are searched as they pass. */
export function watchedStream(location: StreamLocation, signal?: AbortSignal) {
  const search = headerSearch();
  const zeros = zeroRunFinder();
  zeros.begin();
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of chunksOfStream(location, signal)) {
      search.add(chunk);
      zeros.add(chunk, chunk.length);
      yield chunk;
    }
  }
  return {
    location: { ...location, chunks: chunks() },
    /** Where another header began in the bytes so far. */
    second: () => search.found[0],
    found(file: GgufFile): Pick<ModelValues, 'empty'> & Pick<SeenData, 'headers'> {
      const [start, end] = [file.dataStart, endOfData(file)];
      const empty = zeros.end().runs.map(({ from, to }) => ({ from: Math.max(from, start), to: Math.min(to, end) }));
      const headers = search.found.map((at) => ({ at }));
      return { empty: empty.filter(({ from, to }) => to - from >= LEAST_EMPTY), headers };
    },
  };
}

/** A shorter run of zero bytes can be normal numbers. */
const LEAST_EMPTY = 512;
