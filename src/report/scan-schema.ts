/** The contract of `scan`: one object and line for each model, whether it could be read or not. */

import { z } from 'zod';
import { ErrorReportSchema, FileSchema, FindingSchema, ModelSchema, NotCheckedSchema, TotalsSchema } from './schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

const ScanMemorySchema = z.strictObject({
  contextLength: count,
  cacheBytes: bytes,
  computeBytes: bytes.nullable().describe('the compute buffers, exact or an estimate: see `gguf-explain memory`'),
  totalBytes: bytes.describe('weights, cache and compute buffers'),
});

const TimingsSchema = z
  .strictObject({
    read: z.number().describe('finding it and reading its header'),
    judge: z.number().describe('understanding and judging it'),
  })
  .describe('how long it took; other models may have been read meanwhile');

export const ScannedModelSchema = z.strictObject({
  schemaVersion: z.literal(1),
  target: z.string().describe('identifies this model; --resume and --shard use it'),
  verdict: z.enum(['pass', 'fail']).describe('"fail" if a finding is an error'),
  file: FileSchema,
  model: ModelSchema,
  totals: TotalsSchema.omit({ byRole: true, byLayer: true }),
  memory: z
    .array(ScanMemorySchema)
    .describe('for each requested context length, even if the model was not trained for it'),
  findings: z.array(FindingSchema).describe('of all rules, as in `check`'),
  notChecked: z.array(NotCheckedSchema).optional().describe('rules that do not cover this architecture'),
  milliseconds: TimingsSchema,
});

export const UnreadableModelSchema = z.strictObject({
  schemaVersion: z.literal(1),
  target: z.string(),
  verdict: z.literal('unreadable'),
  error: ErrorReportSchema.shape.error,
  milliseconds: TimingsSchema.pick({ read: true }),
});

export const ScanLineSchema = z
  .discriminatedUnion('verdict', [ScannedModelSchema, UnreadableModelSchema])
  .describe('what `gguf-explain scan` prints for each model, each on its own line');

export type ScannedModel = z.infer<typeof ScannedModelSchema>;
export type UnreadableModel = z.infer<typeof UnreadableModelSchema>;
export type ScanLine = z.infer<typeof ScanLineSchema>;
