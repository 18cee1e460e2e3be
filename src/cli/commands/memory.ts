/** `memory`: what is stored, what is computed, and whether it fits. */

import { existsSync } from 'node:fs';
import { manyModels, memoryOf, withCompanions } from '../../library/memory.js';
import { renderMemory } from '../../render/text/memory-page.js';
import { COUNT_PATTERN } from '../../words/quantities.js';
import type { MemoryOptions } from '../definitions/memory.js';
import { printReport } from '../formats.js';
import { openTarget } from '../open-target.js';
import { readCounts } from '../option-values.js';

export async function run(words: string[], options: MemoryOptions): Promise<void> {
  const { targets, lengths } = sortWords(words);
  const contextLengths = [...(options.context ?? []), ...readCounts(lengths, '--context')];
  const { kvType, kvTypeV, parallel, ubatch, outputs, budget, bandwidth } = options;
  const loaded = [];
  for (const target of targets) loaded.push(...(await withCompanions(await openTarget(target))));
  const report = memoryOf(loaded, {
    contextLengths: [...new Set(contextLengths)],
    settings: {
      ...(kvType === undefined ? {} : { kvTypeK: kvType }),
      ...(kvTypeV === undefined ? {} : { kvTypeV }),
      ...(parallel === undefined ? {} : { parallel }),
      ...(ubatch === undefined ? {} : { ubatch }),
      ...(outputs === undefined ? {} : { outputs }),
      unified: options.unified ?? false,
      swaFull: options.swaFull ?? false,
      flashAttention: options.flashAttention,
    },
    budget,
    bandwidth,
  });
  await printReport(report, options.format, { text: renderMemory });
}

/** `--context 4096 8192 model.gguf`: numbers that name no file are more context lengths, wherever they stand. */
function sortWords(words: readonly string[]): { targets: string[]; lengths: string[] } {
  const isLength = (word: string) => COUNT_PATTERN.test(word) && !existsSync(word);
  const targets = words.filter((word) => !isLength(word));
  if (targets.length === 0) throw manyModels(0);
  return { targets, lengths: words.filter(isLength) };
}
