/** The places where a model's bytes can be. */

import type { RemoteFile } from '../io/http/remote-file.js';

/** Each has the name used in messages and reports. */
export type Location = Found | RemoteLocation;

/** Any place that needs no further lookup. */
export type Found = OneFile | StreamLocation | ShardsLocation | MemoryLocation | BlobLocation;

/** A file with random access. */
export type OneFile = FileLocation | HttpLocation;

export interface FileLocation {
  kind: 'file';
  name: string;
  path: string;
  /** Companion files that belong to the model under the same name. */
  companions?: readonly Companion[];
}

/** A file that is useful only together with a model. `name` is what to type for it. */
export interface Companion {
  kind: 'adapter' | 'projector';
  name: string;
  location: OneFile;
  bytes: number;
}

/** A file on a web server. */
export interface HttpLocation {
  kind: 'http';
  name: string;
  path: null;
  file: RemoteFile;
  /** Companion files that belong to the model under the same name. */
  companions?: readonly Companion[];
}

/** Bytes that can be read only once and in order: standard input, a named pipe. */
export interface StreamLocation {
  kind: 'stream';
  name: string;
  path: string | null;
  /** The bytes, if the caller provides them; otherwise they come from the path, or from standard input if there is none. */
  chunks?: AsyncIterable<Uint8Array>;
}

/** A Blob or File, whose bytes are read asynchronously. */
export interface BlobLocation {
  kind: 'blob';
  name: string;
  path: null;
  blob: Blob;
}

/** Bytes in memory. */
export interface MemoryLocation {
  kind: 'memory';
  name: string;
  path: null;
  bytes: Uint8Array;
}

/** The files of a split model, of which any one was named. */
export interface ShardsLocation {
  kind: 'shards';
  name: string;
  path: null;
  /** Number of files according to the name. */
  count: number;
  /** The files that exist, or may exist on a server, by number. */
  shards: readonly ShardLocation[];
  /** Names of files that look like shards of this set but are not, because their number exceeds the count. */
  surplus: readonly string[];
}

export interface ShardLocation {
  fileName: string;
  /** Its number, from 1, as in its name. */
  number: number;
  /** Whether this is the named file, which must exist. */
  named: boolean;
  location: OneFile;
}

/** The user's headers for one origin (`https://host:port`): a request never gets headers without its origin being named. */
export type HeadersFor = (origin: string) => Readonly<Record<string, string>>;

/** A target that is not on this machine, or may not be: `located` looks it up. */
export interface RemoteLocation {
  kind: 'remote';
  name: string;
  path: null;
  /** As typed, including any secret. */
  target: string;
  /** The user's headers, by the requested origin. */
  headers: HeadersFor;
  /** Aborts all requests for it. */
  signal?: AbortSignal | undefined;
}
