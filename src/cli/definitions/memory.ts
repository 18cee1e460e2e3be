/** The definition of `memory`. */

import { UsageError } from '../../explained-error.js';
import type { CacheType } from '../../memory/cells.js';
import { MODEL_AND_COMPANIONS } from '../arguments.js';
import { defineCommand, type OfferedWords, type OptionsOf } from '../define-command.js';
import { countLike, readBytes, readBytesOrNone } from '../option-values.js';
import { contextLengths, flag, text, value } from '../options.js';
import { PLACEMENT_OPTIONS, readBandwidths } from '../placement-options.js';

export const MEMORY = defineCommand({
  name: 'memory',
  summary: 'the memory that it needs to run: does it fit, and where?',
  details: 'Each figure comes with its formula. Several models are compared.',
  group: 'fit',
  reports: ['memory', 'memory-comparison'],
  arguments: [MODEL_AND_COMPANIONS],
  options: [
    contextLengths('context lengths: 4096, 32k, or 4096,131072'),
    ...PLACEMENT_OPTIONS,
    value('--kv-type <type>', 'number format of the cache: f16, q8_0, q4_0 …', readCacheType, { offers: cacheTypes }),
    value('--kv-type-v <type>', 'number format of the values, if not that of the keys', readCacheType, {
      offers: cacheTypes,
    }),
    value('--parallel <n>', 'sequences at the same time', countLike('write 1, or 4')),
    flag('--unified', 'one cache for all sequences'),
    flag('--swa-full', 'keep the whole context also in layers with a sliding window'),
    value('--ubatch <tokens>', 'tokens computed at once', countLike('write 512')),
    value('--outputs <n>', 'tokens of a batch that get scores: a server asks for 1 per sequence', countLike('write 1')),
    flag('--no-flash-attention', 'compute without flash attention, which writes all attention scores to memory'),
    flag('--mtp', 'also load the layers that predict further tokens'),
    text('--draft <model>', 'a smaller model that drafts tokens for this one'),
    value(
      '--image-size <pixels>',
      'width and height of an image, for the buffers of a projector',
      countLike('write 448'),
    ),
    value(
      '--cache-ram <size>',
      'memory in which a server keeps earlier prompts: llama-server uses 8GiB',
      readBytesOrNone,
    ),
    value('--budget <size>', 'find the largest context that fits into this: 24GiB', readBytes),
    value(
      '--bandwidth <sizes>',
      'memory bandwidth, which limits the speed: 400GB/s; with --gpu one for each card, then one for system RAM',
      readBandwidths,
    ),
  ],
  formats: { names: ['text', 'json'] },
});

export type MemoryOptions = OptionsOf<typeof MEMORY>;

async function cacheTypes(): Promise<OfferedWords> {
  return { words: (await import('../../memory/cells.js')).CACHE_TYPES };
}

async function readCacheType(text: string, name: string): Promise<CacheType> {
  const { CACHE_TYPES } = await import('../../memory/cells.js');
  const known = CACHE_TYPES.find((type) => type === text.toLowerCase());
  if (known !== undefined) return known;
  throw new UsageError(
    'bad-type',
    `${name}: "${text}" is not a type of the cache`,
    `choose from ${CACHE_TYPES.join(', ')}`,
  );
}
