/** Where the bytes of a model are, as it decides what is read of them without asking and by whom. */

import type { Found } from '../locate/location.js';

/** On this machine, behind a network, or on their way through a pipe, once and in order. */
export type Locality = 'local' | 'remote' | 'stream';

/** Bytes of tensor data that are downloaded without asking, and that are kept of a stream to be read twice. */
export const MOST_UNASKED_BYTES = 64 * 1024 * 1024;

export function localityOf(location: Found): Locality {
  if (location.kind === 'stream') return 'stream';
  if (location.kind === 'memory' || location.kind === 'blob') return 'local';
  return pathsOf(location) === null ? 'remote' : 'local';
}

/** The files of a model by their numbers, less 1, with holes for missing shards; null where one of them is not on this disk. */
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
