/**
 * The findings for the page of `explain` about a split model: for each file those about any file, for the set whether it is complete and
 * consistent, and for all tensors together the rest. Loaded only for a split model.
 */

import type { ShardSet } from '../gguf/decode.js';
import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import { shardSet } from './applies-to.js';
import type { Check } from './define-check.js';
import { remarkFile, remarkModel } from './explain-rules.js';
import { judgeFiles } from './judge-set.js';
import { SHARD_CONTENT_CHECKS } from './model/shard-contents.js';
import { SHARD_CHECKS } from './model/shards.js';

const RULES: readonly Check[] = [...SHARD_CHECKS, ...SHARD_CONTENT_CHECKS];

/** A fault of the set shows at each of its files, so one file is enough. */
const OF_THE_SET = RULES.filter(({ appliesTo }) => appliesTo === shardSet);
const OF_EACH_FILE = RULES.filter(({ appliesTo }) => appliesTo !== shardSet);

export function remarkSet(model: Model, set: ShardSet): Finding[] {
  const ofFiles = judgeFiles(set, (shard, surroundings, index) => {
    const rules = index === 0 ? [...OF_THE_SET, ...OF_EACH_FILE] : OF_EACH_FILE;
    return [...remarkFile(shard), ...rules.flatMap((rule) => rule.judge(shard, surroundings))];
  });
  return [...ofFiles, ...remarkModel(model)];
}
