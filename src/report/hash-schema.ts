/** The contract of `hash`: the digests of a model's tensor data, and the differences from a manifest. */

import { z } from 'zod';

const count = z.int().min(0);
const digest = z.string().describe('lower-case hexadecimal');

export const VerificationSchema = z.strictObject({
  manifest: z.string().describe('the file, as it was given'),
  verdict: z.enum(['equal', 'different']),
  model: z.enum(['equal', 'altered', 'not-listed']).describe('the digest of the whole'),
  tensors: z.enum(['compared', 'not-listed']).describe('"not-listed": the manifest has only the whole'),
  equal: count.describe('tensors'),
  altered: z.array(z.strictObject({ name: z.string(), expected: digest, found: digest })),
  missing: z
    .array(z.strictObject({ name: z.string(), expected: digest }))
    .describe('tensors that are in the manifest and not in the model'),
  extra: z
    .array(z.strictObject({ name: z.string(), found: digest }))
    .describe('tensors that are in the model and not in the manifest'),
  files: z
    .array(z.strictObject({ file: z.string(), expected: digest.optional(), found: digest }))
    .optional()
    .describe('whole files, where the manifest lists some; without `expected` for a file that it does not list'),
  metadata: z
    .strictObject({
      verdict: z.enum(['equal', 'different']),
      altered: z.array(z.string()).describe('keys'),
      missing: z.array(z.string()).describe('keys that are in the manifest and not in the model'),
      extra: z.array(z.string()).describe('keys that are in the model and not in the manifest'),
    })
    .optional()
    .describe('where the manifest lists metadata; no keys where it has only the digest of all metadata'),
});

export const FileDigestSchema = z.strictObject({
  file: z.string().describe('as the lines of a manifest call it'),
  bytes: count,
  digest: digest.describe('SHA-256 of all its bytes, as sha256sum, the hub and Ollama have it'),
});

const MetadataDigestSchema = z.strictObject({
  digest: digest.describe('SHA-256 of all keys with their values, in any order; split.… have no part in it'),
  keys: z.array(z.strictObject({ key: z.string(), digest })).describe('in the order of the file'),
});

export const HashReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: z.string().describe('the path of the file, as the lines of a manifest call it; "-" for standard input'),
    algorithm: z.enum(['sha256', 'sha1', 'xxh64']),
    model: z.strictObject({
      bytes: count.describe('of all tensors, without what lies between them'),
      digest: digest.describe('of the data of all tensors in the order of the header; metadata has no part in it'),
      uuid: z.string().optional().describe('as llama-gguf-hash gives it'),
    }),
    tensors: z
      .array(z.strictObject({ name: z.string(), bytes: count, digest }))
      .optional()
      .describe('in the order of the header; absent where only the whole was asked for'),
    files: z.array(FileDigestSchema).optional().describe('with --file, or where the manifest lists files'),
    metadata: MetadataDigestSchema.optional().describe('with --file, or where the manifest lists metadata'),
    verification: VerificationSchema.optional().describe('where a manifest was given'),
  })
  .describe('what `gguf-explain hash --json` prints');

export type Verification = z.infer<typeof VerificationSchema>;
export type HashReport = z.infer<typeof HashReportSchema>;
