/** The contract of `memory` for several models: the memory of each, side by side. */

import { z } from 'zod';
import { MemoryReportSchema } from './memory-schema.js';

export const MemoryComparisonReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    contextLengths: z
      .array(z.int().min(0))
      .describe('context lengths that at least one model has a column for, from short to long'),
    models: z
      .array(MemoryReportSchema)
      .describe('what `gguf-explain memory MODEL --json` prints for each, in the given order'),
  })
  .describe('what `gguf-explain memory MODEL MODEL --json` prints');

export type MemoryComparisonReport = z.infer<typeof MemoryComparisonReportSchema>;
