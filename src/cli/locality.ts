/** Where the bytes of a model are, as it decides what is read of them unasked and by whom. */

import type { Found, StreamLocation } from '../locate/location.js';

/** On this disk, behind a network, or on their way through a pipe. */
export type Whereabouts = 'here' | 'far-away' | 'stream';

/** Tensor data that is read from a server without being asked for, and that is kept of a stream to be read twice. */
export const MOST_FAR_AWAY = 64 * 1024 * 1024;

export function whereaboutsOf(location: Found): Whereabouts {
  if (location.kind === 'stream') return 'stream';
  return pathsByNumber(location) === null ? 'far-away' : 'here';
}

/** The files of a model by their numbers, less 1, with holes for missing shards; null where one of them is not on this disk. */
export function pathsByNumber(location: Exclude<Found, StreamLocation>): (string | undefined)[] | null {
  if (location.kind !== 'shards') return location.path === null ? null : [location.path];
  const paths: (string | undefined)[] = [];
  for (const { number, location: shard } of location.shards) {
    if (shard.path === null) return null;
    paths[number - 1] = shard.path;
  }
  return paths;
}
