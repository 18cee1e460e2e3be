/** The contract of `list`: the models on this machine, where they are and what the user types for each. */

import { z } from 'zod';

const count = z.int().min(0);
const bytes = z.int().min(0);

const WhereSchema = z
  .enum(['hub', 'ollama', 'lm-studio', 'llama.cpp', 'folder'])
  .describe('"hub" is the cache of the Hugging Face hub, "folder" one that was named');

export const ListedModelSchema = z.strictObject({
  target: z.string().describe('what to type for it'),
  name: z.string().describe('of the model; what its collection calls it where the file says nothing'),
  where: WhereSchema,
  path: z.string().describe('of its first file'),
  kind: z
    .string()
    .nullable()
    .describe(
      '"model", or what goes with one: "mmproj" (a projector), "adapter", "imatrix"; null where it is not known',
    ),
  architecture: z.string().nullable(),
  parameters: count.nullable().describe('null where the file could not be read'),
  type: z.string().nullable().describe('its file type, such as "Q4_K_M"; where it has none, the type of most bytes'),
  bytes: bytes.describe('of all its files that are there'),
  shards: z
    .strictObject({ present: count, of: count })
    .nullable()
    .describe('how many files there are and should be; null for a model in one file'),
  modified: z.string().nullable().describe('when its newest file was written, in UTC; null where there is none'),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional().describe('why it cannot be read'),
});

const PlaceSchema = z.strictObject({
  where: WhereSchema,
  folder: z.string(),
  exists: z.boolean(),
  rows: count,
  bytes: bytes.describe('on disk, each file once'),
});

const DuplicateFileSchema = z.strictObject({
  path: z.string(),
  targets: z.array(z.string()).describe('what it is a part of'),
  digestFrom: z.enum(['name', 'content']).describe('"name": the hub and Ollama name a blob after its digest'),
});

export const DuplicatesSchema = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        sha256: z.string(),
        bytes: bytes.describe('of one of them'),
        freeableBytes: bytes.describe('of all but one'),
        files: z.array(DuplicateFileSchema).describe('at least two, none a link to another'),
      }),
    )
    .describe('files with the same bytes; what frees most comes first'),
  freeableBytes: bytes,
  readBytes: bytes.describe('that had to be read to know'),
  unreadable: z.array(z.string()).describe('files that were to be compared and could not be read'),
});

export const ListReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    places: z.array(PlaceSchema).describe('where was looked'),
    models: z.array(ListedModelSchema),
    totals: z.strictObject({
      models: count,
      companions: count.describe('what goes with models: projectors, adapters, matrices of importance'),
      unreadable: count,
      bytes: bytes.describe('on disk: a file that several names share is counted once'),
    }),
    duplicates: DuplicatesSchema.optional().describe('with --duplicates'),
  })
  .describe('what `gguf-explain list --json` prints');

export type ListedModel = z.infer<typeof ListedModelSchema>;
export type ListPlace = z.infer<typeof PlaceSchema>;
export type DuplicatesReport = z.infer<typeof DuplicatesSchema>;
export type ListReport = z.infer<typeof ListReportSchema>;
