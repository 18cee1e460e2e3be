/** The report of `memory` for several models. */

import type { MemoryComparisonReport } from './memory-comparison-schema.js';
import type { MemoryReport } from './memory-schema.js';

export function memoryComparison(models: readonly MemoryReport[]): MemoryComparisonReport {
  const lengths = new Set(models.flatMap(({ contexts }) => contexts.map(({ contextLength }) => contextLength)));
  return { schemaVersion: 1, contextLengths: [...lengths].sort((a, b) => a - b), models: [...models] };
}
