/** What stands around a file: its name, and the files in the same folder that belong to it. */

import type { Model } from '../model/model.js';
import type { UnfinishedMark } from '../words/download-names.js';

/** What is known around a file: its own name, and the files that belong to it. */
export interface Surroundings {
  /** Name of the file without folders; null where it has none (standard input, bytes in memory). */
  fileName: string | null;
  /**
   * Files in the same folder that belong to this one: for a shard the other shards of its set (by their names), for a projector or
   * an adapter the models that were named together with it. Empty where none are there, or nobody looked.
   */
  neighbors: readonly Neighbor[];
  /** Whether anybody looked for neighbors: without that a shard that is missing cannot be told from one that was not asked about. */
  looked: boolean;
  /** What stands beside the file while a program fetches it. */
  marks?: readonly UnfinishedMark[];
  /** Of a blob in the cache of the hub: a link to it with the name that the file has there; null where none leads to it. */
  hubLink?: string | null;
  /** The model that is to write drafts for this one: why it cannot, null where it can, and whether somebody asked. */
  draft?: { fileName: string; why: string | null; asked: boolean };
  /** Headers that begin after the own one, by their places; left out where nobody looked. */
  headers?: readonly FurtherHeader[];
}

/** The beginning of another GGUF in the bytes of a file. */
export interface FurtherHeader {
  /** Bytes from the start of the file. */
  at: number;
}

export interface Neighbor {
  fileName: string;
  /** Null where it could not be read. */
  model: Model | null;
}

/** A file about which nothing but its bytes is known. */
export const NO_SURROUNDINGS: Surroundings = { fileName: null, neighbors: [], looked: false };
