/** Where the bytes of a model are. */

import type { RemoteFile } from '../io/http/remote-file.js';

/** Each with the name that messages and reports call it by. */
export type Location = Found | RemoteLocation;

/** Any place but one that is still to be looked up. */
export type Found = OneFile | StreamLocation | ShardsLocation | MemoryLocation | BlobLocation;

/** A file that can be read from any place. */
export type OneFile = FileLocation | HttpLocation;

export interface FileLocation {
  kind: 'file';
  name: string;
  path: string;
  /** Files that belong to the model under the same name. */
  companions?: readonly Companion[];
}

/** A file that is of use only together with a model. Its name is what to type for it. */
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
  /** Files that belong to the model under the same name. */
  companions?: readonly Companion[];
}

/** Bytes that can be read only once and in order: standard input, a named pipe. */
export interface StreamLocation {
  kind: 'stream';
  name: string;
  path: string | null;
  /** The bytes, where whoever asks brings them; else those of the path, or of standard input where there is none. */
  chunks?: AsyncIterable<Uint8Array>;
}

/** A Blob or File, whose bytes have to be waited for. */
export interface BlobLocation {
  kind: 'blob';
  name: string;
  path: null;
  blob: Blob;
}

/** Bytes that are in memory already. */
export interface MemoryLocation {
  kind: 'memory';
  name: string;
  path: null;
  bytes: Uint8Array;
}

/** The files of a split model, of which any was named. */
export interface ShardsLocation {
  kind: 'shards';
  name: string;
  path: null;
  /** How many files the name promises. */
  count: number;
  /** The files that are there, or of which only asking tells whether they are, by their numbers. */
  shards: readonly ShardLocation[];
  /** Names of files that look like shards of this set and are none: numbers beyond the count. */
  surplus: readonly string[];
}

export interface ShardLocation {
  fileName: string;
  /** From 1, as in its name. */
  number: number;
  /** The one that was named must be there. */
  named: boolean;
  location: OneFile;
}

/** The headers that the user wants one origin (`https://host:port`) to get: no request has any without its origin being named. */
export type HeadersFor = (origin: string) => Readonly<Record<string, string>>;

/** Something that is not on this machine, or of which that is not known yet: `located` tells. */
export interface RemoteLocation {
  kind: 'remote';
  name: string;
  path: null;
  /** As it was typed, with any secret in it. */
  target: string;
  /** What the user wants to be sent, by the origin that is asked. */
  headers: HeadersFor;
  /** Ends all that is asked of servers for it. */
  signal?: AbortSignal | undefined;
}
