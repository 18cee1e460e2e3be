/** `memory`: what is stored, what is computed, and whether it fits. */

import { existsSync } from 'node:fs';
import { manyModels, memoryOf, withCompanions } from '../../library/memory.js';
import { CACHE_TYPES, type CacheType } from '../../memory/cells.js';
import { renderMemory } from '../../render/text/memory-page.js';
import { COUNT_PATTERN } from '../../words/quantities.js';
import { openTarget } from '../open-target.js';
import { readBytes, readBytesPerSecond, readCount } from '../option-values.js';
import { printReport } from '../print-report.js';
import { UsageError } from '../usage-error.js';

export interface MemoryOptions {
  context?: string[];
  kvType?: string;
  kvTypeV?: string;
  parallel?: string;
  unified?: boolean;
  swaFull?: boolean;
  ubatch?: string;
  flashAttention: boolean;
  budget?: string;
  bandwidth?: string;
  json?: boolean;
}

export async function memoryCommand(words: string[], options: MemoryOptions): Promise<void> {
  const { targets, lengths } = sortWords(words);
  const contextLengths = [...(options.context ?? []), ...lengths]
    .flatMap((word) => word.split(','))
    .map((word) => readCount('--context', word));
  const count = (option: string, value: string | undefined) =>
    value === undefined ? {} : { [option]: readCount(`--${option}`, value) };
  const loaded = [];
  for (const target of targets) loaded.push(...(await withCompanions(await openTarget(target))));
  const report = memoryOf(loaded, {
    contextLengths: [...new Set(contextLengths)],
    settings: {
      ...(options.kvType === undefined ? {} : { kvTypeK: cacheType('--kv-type', options.kvType) }),
      ...(options.kvTypeV === undefined ? {} : { kvTypeV: cacheType('--kv-type-v', options.kvTypeV) }),
      ...count('parallel', options.parallel),
      ...count('ubatch', options.ubatch),
      unified: options.unified ?? false,
      swaFull: options.swaFull ?? false,
      flashAttention: options.flashAttention,
    },
    budget: options.budget === undefined ? undefined : readBytes('--budget', options.budget),
    bandwidth: options.bandwidth === undefined ? undefined : readBytesPerSecond('--bandwidth', options.bandwidth),
  });
  await printReport(report, options.json, renderMemory);
}

/** `--context 4096 8192 model.gguf`: numbers that name no file are more context lengths, wherever they stand. */
function sortWords(words: readonly string[]): { targets: string[]; lengths: string[] } {
  const isLength = (word: string) => COUNT_PATTERN.test(word) && !existsSync(word);
  const targets = words.filter((word) => !isLength(word));
  if (targets.length === 0) throw manyModels(0);
  return { targets, lengths: words.filter(isLength) };
}

function cacheType(option: string, text: string): CacheType {
  const known = CACHE_TYPES.find((type) => type === text.toLowerCase());
  if (known !== undefined) return known;
  throw new UsageError('bad-type', `${option} ${text} is no type of the cache`, `there is ${CACHE_TYPES.join(', ')}`);
}
