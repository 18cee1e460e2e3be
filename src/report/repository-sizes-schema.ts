/** The contract of `sizes` for a repository: which of its files fit, according to their headers. */

import { z } from 'zod';
import { FitCellSchema, FitsSchema } from './fits-schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

export const RepositoryFileSchema = z.strictObject({
  path: z.string().describe('of the first shard if there are several'),
  target: z.string().describe('the name to type'),
  label: z.string().nullable().describe('the quantization in its name'),
  bytes: bytes.describe('of the file, or of all its shards'),
  weightBytes: bytes.nullable().describe('of its tensors; null if its header could not be read'),
  bitsPerWeight: z.number().nullable(),
  contexts: z.array(FitCellSchema),
  error: z
    .strictObject({ code: z.string(), message: z.string() })
    .optional()
    .describe('why its header could not be read'),
});

export const RepositorySizesReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    repository: z.string(),
    revision: z.string(),
    architecture: z.string().nullable().describe('of the first file that could be read'),
    fits: FitsSchema,
    files: z.array(RepositoryFileSchema).describe('models, as the repository lists them: largest first'),
    notRead: count.describe('further models, whose headers were not read'),
  })
  .describe('what `gguf-explain sizes hf:owner/repo --gpu 12GiB --json` prints');

export type RepositoryFile = z.infer<typeof RepositoryFileSchema>;
export type RepositorySizesReport = z.infer<typeof RepositorySizesReportSchema>;
