/**
 * What the page of `explain` tells about a split model: of each file what it tells of any file, of the set whether it is one, and the
 * rest of all tensors together. Loaded only for a split model.
 */

import type { ShardSet } from '../gguf/decode.js';
import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import type { Check } from './check.js';
import { remarkFile, remarkModel } from './explain-rules.js';
import { judgeFiles } from './judge-set.js';
import { shardKeysWrong } from './model/shard-keys-wrong.js';
import { shardMissing } from './model/shard-missing.js';
import { shardNameDisagrees } from './model/shard-name-disagrees.js';
import { shardSurplus } from './model/shard-surplus.js';
import { shardTensorRepeated } from './model/shard-tensor-repeated.js';
import { shardTensorTotal } from './model/shard-tensor-total.js';
import { shardsMixed } from './model/shards-mixed.js';

/** What is wrong with a set shows at each of its files: one is enough. */
const OF_THE_SET: readonly Check[] = [shardMissing, shardSurplus, shardTensorTotal];
const OF_EACH_FILE: readonly Check[] = [shardKeysWrong, shardNameDisagrees, shardsMixed, shardTensorRepeated];

export function remarkSet(model: Model, set: ShardSet): Finding[] {
  const ofFiles = judgeFiles(set, (shard, surroundings, index) => {
    const rules = index === 0 ? [...OF_THE_SET, ...OF_EACH_FILE] : OF_EACH_FILE;
    return [...remarkFile(shard), ...rules.flatMap((rule) => rule.judge(shard, surroundings))];
  });
  return [...ofFiles, ...remarkModel(model)];
}
