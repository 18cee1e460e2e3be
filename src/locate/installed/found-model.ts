/** What a collection of models gives: where each model is and what to type for it. Headers are read by others, later. */

/** The collections that programs keep, and folders that were named. */
export type PlaceKind = 'hub' | 'ollama' | 'lm-studio' | 'llama.cpp' | 'folder';

/** A place to look in, whether it is there or not. */
export interface Place {
  where: PlaceKind;
  folder: string;
}

export interface FoundModel {
  where: PlaceKind;
  /** What to type for it. */
  target: string;
  /** What the collection calls it; the header may know a better name. */
  name: string;
  /** Its files, the shards of a set by their numbers; empty for a folder that cannot be read. */
  paths: readonly string[];
  /** Null for a model in one file. */
  shards: { present: number; of: number } | null;
  /** What it is, where the collection says that; the header says it too. */
  kind?: 'adapter' | 'projector';
  /** Why there is nothing to read. */
  problem?: { code: string; message: string };
}
