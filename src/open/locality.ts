/** Where the bytes of a model are: this decides what is read without asking, and which reader is used. */

import type { Found } from '../locate/location.js';

/** On this machine, behind a network, or in a pipe, which gives its bytes once and in order. */
export type Locality = 'local' | 'remote' | 'stream';

/** Most bytes of tensor data that are downloaded without asking, and most that are kept of a stream so that they can be read twice. */
export const MOST_UNASKED_BYTES = 64 * 1024 * 1024;

export function localityOf(location: Found): Locality {
  if (location.kind === 'stream') return 'stream';
  if (location.kind === 'memory' || location.kind === 'blob') return 'local';
  return pathsOf(location) === null ? 'remote' : 'local';
}

/** Paths of the model's files: index = shard number - 1, with holes for missing shards. Null if a file is not on this disk. */
export function pathsOf(location: Found): (string | undefined)[] | null {
  if (location.kind === 'file') return [location.path];
  if (location.kind !== 'shards') return null;
  const paths: (string | undefined)[] = [];
  for (const { number, location: shard } of location.shards) {
    if (shard.path === null) return null;
    paths[number - 1] = shard.path;
  }
  return paths;
}
