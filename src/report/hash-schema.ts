/** The contract of `hash`: the digests of a model's tensor data, and the differences from a manifest. */

import { z } from 'zod';

const count = z.int().min(0);
const digest = z.string().describe('lower-case hexadecimal');

export const VerificationSchema = z.strictObject({
  manifest: z.string().describe('the file, as it was given'),
  verdict: z.enum(['equal', 'different']),
  model: z.enum(['equal', 'altered', 'not-listed']).describe('the digest of the whole model'),
  tensors: z
    .enum(['compared', 'not-listed'])
    .describe('"not-listed": the manifest has only the digest of the whole model'),
  equal: count.describe('number of equal tensors'),
  altered: z.array(z.strictObject({ name: z.string(), expected: digest, found: digest })),
  missing: z
    .array(z.strictObject({ name: z.string(), expected: digest }))
    .describe('tensors that are in the manifest but not in the model'),
  extra: z
    .array(z.strictObject({ name: z.string(), found: digest }))
    .describe('tensors that are in the model but not in the manifest'),
  files: z
    .array(z.strictObject({ file: z.string(), expected: digest.optional(), found: digest }))
    .optional()
    .describe('whole files, if the manifest lists any; without `expected` for a file that it does not list'),
  metadata: z
    .strictObject({
      verdict: z.enum(['equal', 'different']),
      altered: z.array(z.string()).describe('keys'),
      missing: z.array(z.string()).describe('keys that are in the manifest but not in the model'),
      extra: z.array(z.string()).describe('keys that are in the model but not in the manifest'),
    })
    .optional()
    .describe('if the manifest lists metadata; without keys if it has only the digest of all metadata'),
});

export const FileDigestSchema = z.strictObject({
  file: z.string().describe('as written in the lines of a manifest'),
  bytes: count,
  digest: digest.describe('SHA-256 of all its bytes, as computed by sha256sum, the hub and Ollama'),
});

const MetadataDigestSchema = z.strictObject({
  digest: digest.describe('SHA-256 of all keys with their values, in any order, without split.*'),
  keys: z.array(z.strictObject({ key: z.string(), digest })).describe('in the order of the file'),
});

export const HashReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: z.string().describe('the path of the file, as written in the lines of a manifest; "-" for standard input'),
    algorithm: z.enum(['sha256', 'sha1', 'xxh64']),
    model: z.strictObject({
      bytes: count.describe('of all tensors, without the bytes between them'),
      digest: digest.describe('of the data of all tensors in the order of the header; without metadata'),
      uuid: z.string().optional().describe('as llama-gguf-hash prints it'),
    }),
    tensors: z
      .array(z.strictObject({ name: z.string(), bytes: count, digest }))
      .optional()
      .describe('in the order of the header; absent if only the digest of the whole model was requested'),
    files: z.array(FileDigestSchema).optional().describe('with --file, or if the manifest lists files'),
    metadata: MetadataDigestSchema.optional().describe('with --file, or if the manifest lists metadata'),
    verification: VerificationSchema.optional().describe('if a manifest was given'),
  })
  .describe('what `gguf-explain hash --json` prints');

export type Verification = z.infer<typeof VerificationSchema>;
export type HashReport = z.infer<typeof HashReportSchema>;
