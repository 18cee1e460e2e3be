/** Which files have to say everything about themselves: all but the later shards of a set, which leave that to the first one. */

import { metadataValue } from '../gguf/decode.js';
import type { Model } from '../model/model.js';

/** Whether a file has tensors and is not a later shard. */
export function standsAlone({ file, tensors }: Model): boolean {
  const shard = metadataValue(file, 'split.no');
  return tensors.length > 0 && (typeof shard !== 'number' || shard === 0);
}
