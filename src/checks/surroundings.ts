/** The surroundings of a file: its name, and the files in the same folder that belong to it. */

import type { Model } from '../model/model.js';
import type { UnfinishedMark } from '../words/download-names.js';

/** What is known about a file besides its contents. */
export interface Surroundings {
  /** Name of the file without folders; null if it has none (standard input, bytes in memory). */
  fileName: string | null;
  /**
   * Files in the same folder that belong to this one: for a shard the other shards of its set (by their names), for a projector or an
   * adapter the models that were given together with it. Empty if there are none, or if the folder was not searched.
   */
  neighbors: readonly Neighbor[];
  /** Whether neighbors were looked for: only then does an absent shard mean that it is missing. */
  looked: boolean;
  /** Marks next to the file that show an unfinished download. */
  marks?: readonly UnfinishedMark[];
  /** For a blob in the cache of the hub: a link to it under the real file name; null if no link leads to it. */
  hubLink?: string | null;
  /** The draft model for this one: why it cannot be used (null if it can), and whether the user asked for it. */
  draft?: { fileName: string; why: string | null; asked: boolean };
  /** Further headers after the first one, with their offsets; not given if they were not looked for. */
  headers?: readonly FurtherHeader[];
}

/** The beginning of another GGUF inside a file. */
export interface FurtherHeader {
  /** Bytes from the start of the file. */
  at: number;
}

export interface Neighbor {
  fileName: string;
  /** Null if it could not be read. */
  model: Model | null;
}

/** For a file of which only the bytes are known. */
export const NO_SURROUNDINGS: Surroundings = { fileName: null, neighbors: [], looked: false };
