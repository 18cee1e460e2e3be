/**
 * The contract of `explain`. With `--full` the report contains everything that the HTML page shows; the page is drawn only from this
 * report.
 */

import { z } from 'zod';
import { FlowPartSchema } from './flow-schema.js';
import { FileDigestSchema } from './hash-schema.js';
import { MemoryContextSchema } from './memory-schema.js';
import { NextTokensReportSchema } from './next-tokens-schema.js';
import {
  FileSchema,
  FindingSchema,
  MetadataEntrySchema,
  ModelSchema,
  NotCheckedSchema,
  ShapeSchema,
  SumSchema,
  TensorSchema,
  TotalsSchema,
} from './schema.js';
import { StorySchema } from './story-schema.js';
import { ScanSummarySchema } from './values-schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

const StoredRowSchema = SumSchema.extend({
  role: z.string(),
  group: z.string(),
  component: z.string(),
  title: z.string(),
  types: z.array(z.strictObject({ type: z.string(), count })),
  shapes: z.array(ShapeSchema).describe('the first few different shapes'),
  kind: z.string(),
});

const ComputedSchema = z.strictObject({
  what: z.enum(['kv-cache', 'recurrent-state', 'attention-scores', 'activations', 'logits']),
  formula: z.string().describe("with the model's own numbers"),
  assumption: z.string(),
  contexts: z.array(z.strictObject({ contextLength: count, bytes })),
});

const FormatSchema = z.strictObject({
  fileType: z.string(),
  bytes: bytes.describe("by the rules of llama.cpp's quantizer; the actual size if it is the current file type"),
  bitsPerWeight: z.number(),
  current: z.boolean().describe('whether it is the file type of this file'),
});

const FlowStepSchema = z.strictObject({
  step: z.enum(['tokens', 'embedding', 'encoder', 'layers', 'norm', 'output', 'result']),
  repeat: count.optional().describe('number of layers'),
  parts: z.array(z.string()).optional().describe('what a layer does, in order'),
  size: count.optional().describe('length of the vector that leaves the step'),
  fills: z
    .literal(true)
    .optional()
    .describe('the scores of a token are for its own position, if it is masked (text diffusion)'),
});

const CompanionSchema = z.strictObject({
  kind: z.enum(['adapter', 'projector']),
  name: z.string().describe('the name to type'),
  bytes: bytes.describe('of the file'),
});

const MemoryPointSchema = MemoryContextSchema.pick({
  contextLength: true,
  cacheBytes: true,
  computeBytes: true,
  totalBytes: true,
});

const MemoryCurveSchema = z.strictObject({
  trainedContextLength: count,
  curve: z.array(MemoryPointSchema).describe('from a short context to the trained one, evenly spread'),
  contexts: z.array(MemoryPointSchema).describe('at common context lengths'),
  confidence: z.enum(['exact', 'low']).describe('of `cacheBytes`: "low" if the architecture is not known'),
  assumptions: z.array(z.string()),
  formulas: z.array(z.string()).describe('for what is kept for each sequence, at the longest context'),
});

const LinkSchema = z.strictObject({
  what: z
    .enum(['source', 'model', 'base', 'license'])
    .describe('where the file was read from, or what its metadata names'),
  url: z.string().describe('an https address'),
});

const ExampleSchema = NextTokensReportSchema.omit({ schemaVersion: true, file: true, architecture: true })
  .extend({ prompt: z.string().nullable().describe('null: it was given as token ids') })
  .describe('the result for a prompt, as in `gguf-explain flow MODEL PROMPT --lens --json`');

const ImportanceSchema = z
  .strictObject({
    entries: count.describe('matrices that were measured'),
    chunkCount: count.nullable().describe('chunks of text that the model read'),
    chunkSize: count.nullable().describe('tokens in a chunk'),
    datasets: z.array(z.string()).describe('names of the files with the texts'),
    shapes: z
      .array(
        z.strictObject({
          inputs: count.describe('inputs of the matrix, which is also the length of the entry'),
          matrices: count.describe('matrices in a stack of experts; 1 for a single matrix'),
          entries: count,
        }),
      )
      .describe('the shapes of the matrices, those with the most entries first'),
  })
  .describe('what was measured, if the file is an importance matrix');

export const ExplainReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    companions: z.array(CompanionSchema).optional().describe('files that belong to the model under the same name'),
    model: ModelSchema,
    tensors: z.array(TensorSchema).describe('in file order'),
    totals: TotalsSchema,
    stored: z.array(StoredRowSchema).describe('what is stored, by component and role, in the order of the guide'),
    flow: z.array(FlowStepSchema).describe('how a token travels'),
    computed: z.array(ComputedSchema).describe('what is computed while the model runs; it is not stored'),
    toRun: z
      .array(
        z.strictObject({
          contextLength: count,
          bytes: bytes.describe('weights, cache and an estimate of the compute buffers'),
        }),
      )
      .optional()
      .describe('approximate memory to run the model; `gguf-explain memory` computes it exactly'),
    formats: z.array(FormatSchema).describe('the size of the model as other file types'),
    findings: z.array(FindingSchema),
    notChecked: z
      .array(NotCheckedSchema)
      .optional()
      .describe('what `check` cannot judge for this architecture; absent if it judges everything'),
    importance: ImportanceSchema.optional(),
    data: ScanSummarySchema.optional().describe('with --data: how much of the numbers was read'),
    memory: MemoryCurveSchema.optional().describe(
      'with --full: memory to run the model; absent if nothing is known about it',
    ),
    diagram: z
      .array(FlowPartSchema)
      .optional()
      .describe('with --full: the flow with its tensors, as in `gguf-explain flow --json`'),
    metadata: z
      .array(MetadataEntrySchema)
      .optional()
      .describe('with --full: the keys of the file; long values are shortened'),
    fileName: z
      .string()
      .optional()
      .describe('with --full: the file name without folders, if the user typed something else'),
    digests: z
      .array(
        FileDigestSchema.omit({ file: true }).extend({
          statedBy: z.string().optional().describe('where the digest is from, if the file was not read for it'),
        }),
      )
      .optional()
      .describe('with --digest: of the file, or of each in `file.shards`'),
    links: z.array(LinkSchema).optional().describe('with --full: web pages of the model'),
    story: StorySchema.optional().describe('with --full: numbers of the file, and what was computed with a prompt'),
    example: ExampleSchema.optional().describe(
      'with --full: the requested prompt, or a default prompt for a small local model',
    ),
  })
  .describe('what `gguf-explain MODEL --json` prints');

export type StoredRow = z.infer<typeof StoredRowSchema>;
export type ImportanceReport = z.infer<typeof ImportanceSchema>;
export type ComputedReport = z.infer<typeof ComputedSchema>;
export type ExampleReport = z.infer<typeof ExampleSchema>;
export type FlowStep = z.infer<typeof FlowStepSchema>;
export type ExplainReport = z.infer<typeof ExplainReportSchema>;
export type LinkReport = z.infer<typeof LinkSchema>;
export type MemoryPoint = z.infer<typeof MemoryPointSchema>;
export type MemoryCurve = z.infer<typeof MemoryCurveSchema>;
