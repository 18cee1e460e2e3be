/**
 * A model that is split into several files, as gguf-split writes it: each shard has its number, from 0, in `split.no`, and all but the
 * first contain only these keys and their tensors.
 */

import type { MetadataEntry } from '../gguf/metadata.js';
import { entryOf } from './entries.js';
import { numberOrNull } from './hyperparameters.js';
import type { Model } from './model.js';

export interface Shard {
  /** From 0. */
  no: number | null;
  /** Number of shards in the set, and of tensors in all of them. */
  count: number | null;
  tensorCount: number | null;
}

/** The keys, and the types that llama.cpp accepts for them (llama-model-loader.cpp). */
export const SPLIT_KEYS = {
  no: { key: 'split.no', type: 'u16' },
  count: { key: 'split.count', type: 'u16' },
  tensorCount: { key: 'split.tensors.count', type: 'i32' },
} as const;

/** What a file states about the set that it belongs to; null for a model that is not split. */
export function shardOf({ file }: Pick<Model, 'file'>): Shard | null {
  const number = (entry: MetadataEntry | undefined) => numberOrNull(entry?.value);
  const no = number(entryOf(file, SPLIT_KEYS.no.key));
  const count = number(entryOf(file, SPLIT_KEYS.count.key));
  if ((count === null || count < 2) && (no === null || no === 0)) return null;
  return { no, count, tensorCount: number(entryOf(file, SPLIT_KEYS.tensorCount.key)) };
}

/** Whether a file is a later shard, which has no metadata except these keys. */
export function isLaterShard(model: Pick<Model, 'file'>): boolean {
  return (shardOf(model)?.no ?? 0) > 0;
}
