/** `memory`: what is stored, what is computed, whether it fits, and what goes where; for several models side by side. */

import { existsSync } from 'node:fs';
import { UsageError } from '../../explained-error.js';
import { comparisonOf, memoryOf, modelsOf, noModel, withCompanions } from '../../library/memory.js';
import { requirePlaceable } from '../../library/placement.js';
import { renderMemoryComparison } from '../../render/text/memory-comparison-page.js';
import { renderMemory } from '../../render/text/memory-page.js';
import { COUNT_PATTERN } from '../../words/quantities.js';
import type { MemoryOptions } from '../definitions/memory.js';
import { printReport } from '../formats.js';
import { openTarget } from '../open-target.js';
import { readTokenCounts } from '../option-values.js';
import { askedPlacement } from '../placement-options.js';

export async function run(words: string[], options: MemoryOptions): Promise<void> {
  const { targets, lengths } = sortWords(words);
  const contextLengths = [...(options.context ?? []), ...readTokenCounts(lengths, '--context')];
  const { kvType, kvTypeV, parallel, ubatch, outputs, budget, bandwidth, mtp, draft, imageSize, cacheRam } = options;
  const placement = await askedPlacement(options, bandwidth);
  if (placement === undefined && bandwidth !== undefined && bandwidth.length > 1) {
    throw new UsageError(
      'bad-size',
      `--bandwidth: ${bandwidth.length} speeds, but no cards`,
      'name the cards with --gpu',
    );
  }
  const loaded = [];
  for (const target of targets) loaded.push(...(await withCompanions(await openTarget(target))));
  const models = modelsOf(loaded);
  for (const { model } of models) if (placement !== undefined) requirePlaceable(model, placement);
  const question = {
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
    ...{ budget, placement, mtp, imageSize, promptCache: cacheRam },
    bandwidth: placement === undefined ? bandwidth?.[0] : undefined,
    draft: draft === undefined ? undefined : await draftOf(draft),
  };
  if (models.length > 1) {
    return await printReport(comparisonOf(models, question), options.format, { text: renderMemoryComparison });
  }
  await printReport(memoryOf(loaded, question), options.format, { text: renderMemory });
}

async function draftOf(target: string) {
  await using opened = await openTarget(target);
  return { name: target, model: opened.model };
}

/** `--context 4096 8192 model.gguf`: numbers that are not names of files are further context lengths, wherever they are in the line. */
function sortWords(words: readonly string[]): { targets: string[]; lengths: string[] } {
  const isLength = (word: string) => COUNT_PATTERN.test(word) && !existsSync(word);
  const targets = words.filter((word) => !isLength(word));
  if (targets.length === 0) throw noModel();
  return { targets, lengths: words.filter(isLength) };
}
