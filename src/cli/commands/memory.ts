/** `memory`: what is stored, what is computed, and whether it fits. */

import { existsSync } from 'node:fs';
import { renderMemory } from '../../render/text/memory-page.js';
import { memoryReport } from '../../report/memory-report.js';
import { CACHE_TYPES, type CacheTypeName } from '../../runtime/cells.js';
import { readBytes, readCount } from '../option-values.js';
import { printReport } from '../print-report.js';
import { readModel } from '../read-model.js';
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
  const { target, lengths } = sortWords(words);
  const contextLengths = [...(options.context ?? []), ...lengths]
    .flatMap((word) => word.split(','))
    .map((word) => readCount('--context', word));
  const count = (option: string, value: string | undefined) =>
    value === undefined ? {} : { [option]: readCount(`--${option}`, value) };
  const report = memoryReport(target, await readModel(target), {
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
    bandwidth: options.bandwidth === undefined ? undefined : readBytes('--bandwidth', options.bandwidth),
  });
  await printReport(report, options.json, renderMemory);
}

/** `--context 4096 8192 model.gguf`: numbers that name no file are more context lengths, wherever they stand. */
function sortWords(words: readonly string[]): { target: string; lengths: string[] } {
  const isLength = (word: string) => /^\d[\d,_]*[km]?$/i.test(word) && !existsSync(word);
  const targets = words.filter((word) => !isLength(word));
  if (targets.length !== 1) {
    throw new UsageError('bad-usage', `memory takes one model, not ${targets.length}`, 'gguf-explain memory --help');
  }
  return { target: targets[0] as string, lengths: words.filter(isLength) };
}

function cacheType(option: string, text: string): CacheTypeName {
  const known = CACHE_TYPES.find((type) => type === text.toLowerCase());
  if (known !== undefined) return known;
  throw new UsageError('bad-type', `${option} ${text} is no type of the cache`, `there is ${CACHE_TYPES.join(', ')}`);
}
