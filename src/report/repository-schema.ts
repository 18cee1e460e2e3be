/** The contract of `explain` on a repository of several models: the list of them. */

import { z } from 'zod';

const count = z.int().min(0);

export const RepositoryModelSchema = z.strictObject({
  target: z.string().describe('what to type for it'),
  path: z.string().describe('in the repository; of the first shard where there are several'),
  kind: z.enum(['model', 'projector', 'draft', 'imatrix']).describe('by the name of the file'),
  label: z.string().nullable().describe('the quantization in the name, such as "Q4_K_M"; null where there is none'),
  bytes: count.describe('of all shards that are there'),
  shards: z
    .strictObject({ present: count, of: count })
    .nullable()
    .describe('how many there are and should be; null for a model in one file'),
  cached: z.boolean().describe("whether it, or its first shard, is in the hub's cache on this machine"),
});

export const RepositoryReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    repository: z.string().describe('owner and name'),
    revision: z.string(),
    source: z.enum(['hub', 'cache']).describe('where the list is from: the hub, or only its cache on this machine'),
    models: z.array(RepositoryModelSchema).describe('models first, then what goes with them; each kind largest first'),
  })
  .describe('what `gguf-explain hf:OWNER/REPO --json` prints where the repository holds several models');

export type RepositoryModel = z.infer<typeof RepositoryModelSchema>;
export type RepositoryReport = z.infer<typeof RepositoryReportSchema>;
