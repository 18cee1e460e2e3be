/** The contract of `list`: the models on this machine, where they are and what the user types for each. */

import { z } from 'zod';

const count = z.int().min(0);
const bytes = z.int().min(0);

const WhereSchema = z
  .enum(['hub', 'ollama', 'lm-studio', 'llama.cpp', 'folder'])
  .describe('"hub" is the cache of the Hugging Face hub, "folder" a folder that the user named');

export const ListedModelSchema = z.strictObject({
  target: z.string().describe('the name to type'),
  name: z.string().describe('of the model; its name in the collection if the file does not state one'),
  where: WhereSchema,
  path: z.string().describe('of its first file'),
  kind: z
    .string()
    .nullable()
    .describe('"model", or a file that goes with one: "mmproj" (a projector), "adapter", "imatrix"; null if not known'),
  architecture: z.string().nullable(),
  parameters: count.nullable().describe('null if the file could not be read'),
  type: z.string().nullable().describe('its file type, such as "Q4_K_M"; if it has none, the type with the most bytes'),
  bytes: bytes.describe('of all its files that are present'),
  shards: z
    .strictObject({ present: count, of: count })
    .nullable()
    .describe('how many files are present, and how many there should be; null for a model in one file'),
  modified: z.string().nullable().describe('when its newest file was written, in UTC; null if there is none'),
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
  targets: z.array(z.string()).describe('the models that it is a part of'),
  digestFrom: z.enum(['name', 'content']).describe('"name": the hub and Ollama name a blob after its digest'),
});

export const DuplicatesSchema = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        sha256: z.string(),
        bytes: bytes.describe('size of one of the files'),
        freeableBytes: bytes.describe('size of all but one of them'),
        files: z.array(DuplicateFileSchema).describe('at least two, not links to each other'),
      }),
    )
    .describe('files with the same bytes, those that free the most space first'),
  freeableBytes: bytes,
  readBytes: bytes.describe('bytes that had to be read to compare the files'),
  unreadable: z.array(z.string()).describe('files that should have been compared but could not be read'),
});

export const ListReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    places: z.array(PlaceSchema).describe('the places that were searched'),
    models: z.array(ListedModelSchema),
    totals: z.strictObject({
      models: count,
      companions: count.describe('files that go with models: projectors, adapters, importance matrices'),
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
