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
  shapes: z.array(ShapeSchema).describe('the different shapes, at most a few'),
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
  bytes: bytes.describe("by the rules of llama.cpp's quantizer; the own ones where it is the current file type"),
  bitsPerWeight: z.number(),
  current: z.boolean().describe('whether it is the file type of this file'),
});

const FlowStepSchema = z.strictObject({
  step: z.enum(['tokens', 'embedding', 'encoder', 'layers', 'norm', 'output', 'result']),
  repeat: count.optional().describe('how many layers'),
  parts: z.array(z.string()).optional().describe('what a layer does, in order'),
  size: count.optional().describe('length of the vector that leaves the step'),
  fills: z
    .literal(true)
    .optional()
    .describe('the scores of a token are for its own place, where it is masked (text diffusion)'),
});

const CompanionSchema = z.strictObject({
  kind: z.enum(['adapter', 'projector']),
  name: z.string().describe('what to type for it'),
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
  contexts: z.array(MemoryPointSchema).describe('at the lengths that people ask about'),
  confidence: z.enum(['exact', 'low']).describe('of `cacheBytes`: "low" where the architecture is not known'),
  assumptions: z.array(z.string()),
  formulas: z.array(z.string()).describe('of what is kept for each sequence at the longest context'),
});

const LinkSchema = z.strictObject({
  what: z.enum(['source', 'model', 'base', 'license']).describe('where the file was read, or what its metadata names'),
  url: z.string().describe('an https address'),
});

const ExampleSchema = NextTokensReportSchema.omit({ schemaVersion: true, file: true, architecture: true })
  .extend({ prompt: z.string().nullable().describe('null: it was given as ids') })
  .describe('a text computed with the model, as `gguf-explain flow MODEL PROMPT --lens --json` has it');

const ImportanceSchema = z
  .strictObject({
    entries: count.describe('matrices that were measured'),
    chunkCount: count.nullable().describe('chunks of text that the model read'),
    chunkSize: count.nullable().describe('tokens in a chunk'),
    datasets: z.array(z.string()).describe('the texts, as their files were named'),
    shapes: z
      .array(
        z.strictObject({
          inputs: count.describe('inputs of the matrix: the numbers that the entry has'),
          matrices: count.describe('matrices in a stack of experts; 1 for a single matrix'),
          entries: count,
        }),
      )
      .describe('for which shapes, most entries first'),
  })
  .describe('what was measured, where the file is an importance matrix');

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
    computed: z.array(ComputedSchema).describe('what is computed while the model runs, and stored nowhere'),
    toRun: z
      .array(
        z.strictObject({
          contextLength: count,
          bytes: bytes.describe('weights, cache and, estimated, compute buffers'),
        }),
      )
      .optional()
      .describe('what running it takes, about; `gguf-explain memory` tells exactly'),
    formats: z.array(FormatSchema).describe('the same model with every matrix in one format'),
    findings: z.array(FindingSchema),
    notChecked: z
      .array(NotCheckedSchema)
      .optional()
      .describe('what `check` cannot judge for this architecture; absent if it judges everything'),
    importance: ImportanceSchema.optional(),
    data: ScanSummarySchema.optional().describe('with --data: how far the scan of the numbers came'),
    memory: MemoryCurveSchema.optional().describe(
      'with --full: what running it takes; left out where nothing is known',
    ),
    diagram: z
      .array(FlowPartSchema)
      .optional()
      .describe('with --full: the flow with its tensors, as `gguf-explain flow --json` has it'),
    metadata: z
      .array(MetadataEntrySchema)
      .optional()
      .describe('with --full: the keys of the file, long values cut short'),
    fileName: z
      .string()
      .optional()
      .describe('with --full: the file without its folders, where something else was typed for it'),
    digests: z
      .array(
        FileDigestSchema.omit({ file: true }).extend({
          statedBy: z.string().optional().describe('who says it, where the file was not read for it'),
        }),
      )
      .optional()
      .describe('with --digest: of the file, or of each in `file.shards`'),
    links: z.array(LinkSchema).optional().describe('with --full: web pages of the model'),
    story: StorySchema.optional().describe('with --full: numbers of the file, and what was computed with a prompt'),
    example: ExampleSchema.optional().describe(
      'with --full: the prompt that was asked for, or a usual one with a small model on this disk',
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
