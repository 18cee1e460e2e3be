/** Opens what a caller of the library passed as a model, and handles aborts. */

import { isExplained, UsageError } from '../explained-error.js';
import { pathOfUrl } from '../locate/file-url.js';
import { type HeaderRules, headersBy } from '../locate/header-rules.js';
import { locate } from '../locate/locate.js';
import type { HeadersFor, Location } from '../locate/location.js';
import { type OpenedModel, type OpenOptions, openModel } from '../open/open-model.js';
import { aboutTarget } from '../open/read-header.js';
import { abortOf } from './in-parallel.js';

/**
 * A model: as text a path, an address, a name on a hub (`hf:owner/repo:Q4_K_M`) or a `file:` URL; a `URL`; its bytes; a `Blob` or `File`;
 * or bytes as they arrive, such as a stream of Node or of the web. A stream gives its bytes once and in order: a function that has to read
 * it twice or backwards throws an error (`stream`).
 */
export type Input = string | URL | Uint8Array | ArrayBuffer | Blob | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface InputOptions {
  /** Name of the model in reports and errors. Default: what was passed as text, or "model" for an input without a name. */
  name?: string | undefined;
  /** Request headers for servers by their origin, `{ 'https://example.com': { authorization: 'Bearer …' } }`. No other server gets them. */
  headers?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /** Stops the work: the function rejects with the reason of the signal. */
  signal?: AbortSignal | undefined;
}

/** Opens a model, does the work with it, closes it. Errors have the name of the model. */
export async function withInput<T>(
  input: Input,
  options: InputOptions,
  how: Pick<OpenOptions, 'data' | 'headerBytes' | 'keepWhole' | 'toEnd'>,
  work: (opened: OpenedModel) => T | Promise<T>,
): Promise<T> {
  const { signal } = options;
  signal?.throwIfAborted();
  try {
    const location = locationOf(input, options);
    const opened = await openModel(location, { ...how, signal });
    try {
      const result = await work(opened);
      signal?.throwIfAborted();
      return result;
    } catch (error) {
      throw isExplained(error) ? error.about(opened.name) : aboutTarget(error, opened.name);
    } finally {
      await opened.close();
    }
  } catch (error) {
    // After an abort, its reason is thrown, whatever error the work ended with.
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * The target for `locate` if the input is text or a URL; undefined for everything else. Throws UsageError for a URL that does not name a
 * file.
 */
export function targetOf(input: Input): string | undefined {
  if (typeof input === 'string') return /^file:/i.test(input) ? pathOfUrl(input) : input;
  if (!(input instanceof URL)) return undefined;
  if (/^https?:$/.test(input.protocol)) return input.href;
  return pathOfUrl(input.href);
}

/** The location of a model. Throws UsageError for a value that is not a model, LocateError if there is nothing at a path. */
export function locationOf(input: Input, options: InputOptions): Location {
  const { name, signal } = options;
  const target = targetOf(input);
  if (target !== undefined) {
    const location = locate(target, headersFor(options), signal);
    return name === undefined ? location : { ...location, name };
  }
  const called = name ?? 'model';
  const bytes = bytesOf(input);
  if (bytes !== undefined) return { kind: 'memory', name: called, path: null, bytes };
  if (input instanceof Blob) return { kind: 'blob', name: name ?? fileNameOf(input), path: null, blob: input };
  const chunks = chunksOf(input, signal);
  if (chunks !== undefined) return { kind: 'stream', name: called, path: null, chunks };
  const message = 'a model is a path, a URL, bytes, a Blob, or something that gives bytes one piece after another';
  throw new UsageError('bad-input', message);
}

/** Returns the headers for an origin. */
export function headersFor(options: InputOptions): HeadersFor {
  return headersBy(headerRules(options));
}

/** Headers by origin. Origins are compared as URLs: `HTTPS://Example.com:443/` is `https://example.com`. Throws UsageError. */
export function headerRules({ headers = {} }: InputOptions): HeaderRules {
  const hosts = Object.entries(headers).map(([origin, own]) => {
    if (!URL.canParse(origin) || !/^https?:/i.test(origin)) {
      throw new UsageError('bad-header', `headers: "${origin}" is not an origin`, 'write https://example.com');
    }
    const { hostname, protocol, port } = new URL(origin);
    return { hostname, protocol, port: port || (protocol === 'https:' ? '443' : '80'), headers: own };
  });
  return { bound: undefined, hosts };
}

function bytesOf(input: unknown): Uint8Array | undefined {
  if (input instanceof Uint8Array) return input;
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  const buffer = input instanceof ArrayBuffer || input instanceof SharedArrayBuffer;
  return buffer ? new Uint8Array(input) : undefined;
}

/** A `File` has a name, but the type `Blob` does not; Node 20 has no global `File` to test with. */
function fileNameOf(blob: Blob): string {
  const { name } = blob as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : 'model';
}

/** The chunks of an iterable, until an abort. */
function chunksOf(input: unknown, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  if (Symbol.asyncIterator in input) {
    const iterable = input as AsyncIterable<unknown>;
    return pieces(() => iterable[Symbol.asyncIterator](), signal);
  }
  if (!(Symbol.iterator in input)) return undefined;
  const iterable = input as Iterable<unknown>;
  return pieces(() => iterable[Symbol.iterator](), signal);
}

async function* pieces(
  begin: () => AsyncIterator<unknown> | Iterator<unknown>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = begin();
  const { aborted, forget } = abortOf(signal);
  let over = false;
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      over = next.done === true;
      if (next.done) return;
      const bytes = bytesOf(next.value);
      if (bytes !== undefined) yield bytes;
      else throw new UsageError('bad-input', `the input gives ${typeof next.value}s, not bytes`, BYTES_HINT);
    }
  } finally {
    forget();
    // An iterator in the middle of a read only ends after that read, so after an abort its end is not awaited.
    const ended = over ? undefined : iterator.return?.();
    if (signal?.aborted) void Promise.resolve(ended).catch(() => undefined);
    else await ended;
  }
}

const BYTES_HINT = 'open a stream without an encoding';
