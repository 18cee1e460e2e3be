/** A model found in a collection: where it is and what to type for it. Headers are read elsewhere, later. */

/** The collections that programs keep, and folders that the user named. */
export type PlaceKind = 'hub' | 'ollama' | 'lm-studio' | 'llama.cpp' | 'folder';

/** A place to look in, whether or not it exists. */
export interface Place {
  where: PlaceKind;
  folder: string;
}

export interface FoundModel {
  where: PlaceKind;
  /** The target that a user types for it. */
  target: string;
  /** The collection's name for it; the header may have a better one. */
  name: string;
  /** Its files, shards in order of number; empty for a folder that cannot be read. */
  paths: readonly string[];
  /** Null for a model in one file. */
  shards: { present: number; of: number } | null;
  /** Its kind, if the collection states it; the header states it too. */
  kind?: 'adapter' | 'projector';
  /** Why it cannot be read. */
  problem?: { code: string; message: string };
}
