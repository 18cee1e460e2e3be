/** The contract of `explain` on a repository of several models: the list of them. */

import { z } from 'zod';

const count = z.int().min(0);

export const RepositoryModelSchema = z.strictObject({
  target: z.string().describe('the name to type'),
  path: z.string().describe('in the repository; of the first shard if there are several'),
  kind: z.enum(['model', 'projector', 'draft', 'imatrix']).describe('judged by the name of the file'),
  label: z.string().nullable().describe('the quantization in the name, such as "Q4_K_M"; null if there is none'),
  bytes: count.describe('of all shards that are present'),
  shards: z
    .strictObject({ present: count, of: count })
    .nullable()
    .describe('how many are present, and how many there should be; null for a model in one file'),
  cached: z.boolean().describe("whether it, or its first shard, is in the hub's cache on this machine"),
});

export const RepositoryReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    repository: z.string().describe('owner and name'),
    revision: z.string(),
    source: z.enum(['hub', 'cache']).describe('where the list comes from: the hub, or only its cache on this machine'),
    models: z
      .array(RepositoryModelSchema)
      .describe('models first, then the files that go with them; largest first within each kind'),
  })
  .describe('what `gguf-explain hf:OWNER/REPO --json` prints if the repository contains several models');

export type RepositoryModel = z.infer<typeof RepositoryModelSchema>;
export type RepositoryReport = z.infer<typeof RepositoryReportSchema>;
