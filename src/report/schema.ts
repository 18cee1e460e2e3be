/**
 * The contract: the shapes that several commands share in their JSON, and the reports of the commands about single tensors and keys. The
 * types of the reports are derived from the schemas, and `gguf-explain schema` prints them as JSON Schema. Numbers are plain integers
 * unless said otherwise; 64-bit metadata values beyond 2^53 are decimal strings. Zod is loaded only to validate or print the schema, never
 * to explain a file.
 */

import { z } from 'zod';
import { SliceSchema, TensorValuesSchema } from './tensor-values-schema.js';
import { NotScannedSchema, ScanSummarySchema, ValueStatisticsSchema } from './values-schema.js';

const count = z.int().min(0);
const bytes = z.int().min(0);

export const AxisSchema = z.strictObject({
  axis: z.string().describe('what the axis is, such as "embedding"'),
  size: count,
  heads: count.optional().describe('attention heads that share the axis evenly'),
});

export const ShapeSchema = z.strictObject({
  ggml: z.array(count).describe("ggml's ne: the first dimension is contiguous; PyTorch shows the reverse"),
  stored: z
    .array(count)
    .optional()
    .describe('the dimensions in the file, if comfy.gguf.orig_shape.* states different ones for the model'),
  in: AxisSchema.optional().describe('the input of the transformation'),
  out: AxisSchema.optional().describe('its output'),
  copies: AxisSchema.optional().describe('how many such transformations are stacked, as for experts'),
});

const LayerRangesSchema = z.array(z.tuple([count, count])).describe('first and last layer of each run, both included');

export const TensorSchema = z.strictObject({
  name: z.string(),
  role: z.string().describe('what it is for; "unknown" if its name is not known'),
  group: z.string(),
  of: z.string().optional().describe('the role of the matrix that a bias, a scale or an adapter belongs to'),
  component: z.string().describe('"text" for the language model itself'),
  layer: count.nullable(),
  expert: count.optional().describe('the expert it belongs to, in files that store each expert separately'),
  type: z.string().describe('ggml type, "id N" for an unknown one'),
  typeId: count,
  shape: ShapeSchema,
  parameters: count,
  bytes: bytes.nullable().describe('null if unknown'),
  bytesAre: z.enum(['exact', 'bounded', 'unknown']).describe('"bounded": all bytes up to the next tensor'),
  shard: count.optional().describe('of a split model: the number of its file, from 1'),
  offset: bytes.describe('of its data, from the start of its file'),
  multiplyAdds: count.nullable().describe('for one token; null if it depends on more than the tensor'),
  values: ValueStatisticsSchema.optional().describe(
    'statistics of its numbers, if they were requested and could be read',
  ),
  notScanned: NotScannedSchema.optional(),
});

export const FoldedTensorSchema = z.strictObject({
  name: z.string().describe('with a range of layers: blk.{0..31}.attn_q.weight'),
  role: z.string(),
  group: z.string(),
  component: z.string(),
  layers: LayerRangesSchema,
  types: z.array(z.strictObject({ type: z.string(), count, layers: LayerRangesSchema })),
  shape: ShapeSchema,
  count: count.describe('tensors in this row'),
  parameters: count,
  bytes,
});

const PlaceSchema = z.strictObject({
  file: z.string().optional().describe('of a split model: which of its files'),
  offset: bytes.optional().describe('from the start of the file'),
  end: bytes.optional().describe('of a finding about bytes: the first byte after them'),
  key: z.string().optional(),
  tensor: z.string().optional(),
});

export const FindingSchema = z.strictObject({
  code: z.string().describe('stable'),
  group: z.enum(['format', 'model', 'advice', 'data', 'policy']).describe('the group of rules that it comes from'),
  level: z.enum(['error', 'warning', 'advice']),
  place: PlaceSchema,
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  message: z.string().describe('the text for people; it may change'),
  hint: z.string().optional(),
  more: count
    .optional()
    .describe('in the last finding of a code that a file has more than 1,000 times: how many others it represents'),
});

export const ShardRowSchema = z.strictObject({
  file: z.string().describe('without folders'),
  number: count.describe('from 1, as in its name'),
  size: bytes.nullable(),
  headerBytes: bytes,
  dataStart: bytes,
  tensorCount: count,
  metadataCount: count,
  parameters: count,
  bytes: bytes.describe('of its tensors'),
});

export const FileSchema = z.strictObject({
  name: z.string().describe('as the user gave it'),
  size: bytes.nullable().describe('of all files of a split model; null if not known, as for a pipe'),
  ggufVersion: count,
  endianness: z.enum(['little', 'big']),
  headerBytes: bytes.describe('header, metadata and tensor infos'),
  alignment: count,
  dataStart: bytes.describe('of all files of a split model together: everything that is not tensor data'),
  tensorCount: count,
  metadataCount: count,
  shardCount: count.optional().describe('of a split model: how many files it should have'),
  shards: z.array(ShardRowSchema).optional().describe('of a split model: the files that were read'),
});

const PerLayerSchema = z.union([z.number(), z.array(z.number())]).describe('one for all layers, or one for each');

const HyperparametersSchema = z.strictObject({
  architecture: z.string().nullable(),
  blockCount: z.number().nullable(),
  contextLength: z.number().nullable(),
  embeddingLength: z.number().nullable(),
  feedForwardLength: PerLayerSchema.nullable(),
  headCount: PerLayerSchema.nullable(),
  headCountKv: PerLayerSchema.nullable(),
  keyLength: z.number().nullable(),
  valueLength: z.number().nullable(),
  slidingWindow: z.number().nullable(),
  expertCount: z.number().nullable(),
  expertUsedCount: z.number().nullable(),
  vocabulary: z
    .strictObject({ size: z.number(), source: z.enum(['vocab_size key', 'token list', 'token embedding']) })
    .nullable(),
});

export const ModelSchema = z.strictObject({
  name: z.string().nullable(),
  architecture: z.string().nullable(),
  kind: z
    .string()
    .describe('general.type, or what the tensors show: "model", "adapter", "mmproj", "vocab", "image-model", "vae" …'),
  license: z.string().nullable(),
  runtime: z
    .strictObject({
      what: z.string().describe('what the file is, such as "Flux, an image model"'),
      programs: z.array(z.string()).describe('that load it; empty if none is known'),
      llamaCpp: z.enum(['refuses', 'beside']).describe('"beside": it takes the file together with a model'),
      says: z.string().describe('the same as a sentence; it may change'),
    })
    .optional()
    .describe('if the file is not simply a model for llama.cpp'),
  label: z
    .strictObject({
      name: z.string().describe('general.file_type, such as "Q4_K_M"; "id N" for an unknown one'),
      guessed: z.boolean(),
    })
    .nullable()
    .describe(
      'llama.cpp’s name for a mix of types; null if the file does not state one, and for models of other programs',
    ),
  mainType: z
    .strictObject({ type: z.string(), share: z.number().describe('of the bytes of all matrices, 0 to 1') })
    .nullable(),
  tokenizer: z
    .strictObject({
      model: z.string(),
      pre: z.string().nullable(),
      tokens: count.nullable(),
      chatTemplate: z.boolean(),
    })
    .nullable(),
  tiedOutput: z.boolean().describe('the token embedding is used a second time as the output matrix'),
  hyperparameters: HyperparametersSchema,
});

export const SumSchema = z.strictObject({ tensors: count, parameters: count, bytes });

export const TotalsSchema = SumSchema.extend({
  bitsPerWeight: z.number().nullable(),
  byRole: z.array(SumSchema.extend({ role: z.string() })),
  byGroup: z.array(SumSchema.extend({ group: z.string() })),
  byType: z.array(SumSchema.extend({ type: z.string() })),
  byLayer: z.array(SumSchema.extend({ layer: count })),
  byComponent: z.array(SumSchema.extend({ component: z.string() })),
  experts: z
    .strictObject({
      expertCount: z.number(),
      expertUsedCount: z.number(),
      routedParameters: count,
      denseParameters: count,
      activeParameters: count.describe('parameters that one token uses'),
    })
    .nullable(),
});

/** What `check` cannot judge, because too little is known about the architecture. */
export const NotCheckedSchema = z.strictObject({
  what: z
    .enum(['tensors', 'keys', 'lengths', 'numbers'])
    .describe(
      'what would be judged: required tensors, keys, lengths of axes, or everything that depends on the numbers',
    ),
  rules: z.array(z.string()).describe('codes of the rules that were not applied, or only in part'),
  reason: z.string(),
});

export const TensorsReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    file: FileSchema,
    selection: z.strictObject({ shown: count, all: count, parameters: count, bytes }),
    tensors: z.array(TensorSchema),
    folded: z.array(FoldedTensorSchema),
    data: ScanSummarySchema.optional().describe('with --stats: how much of the numbers was read'),
  })
  .describe('what `gguf-explain tensors MODEL --json` prints');

export const TensorRowSchema = z.strictObject({
  row: FoldedTensorSchema,
  tensors: z.array(TensorSchema).describe('the members of the row, in file order'),
  role: z.strictObject({
    id: z.string(),
    title: z.string(),
    does: z.string(),
    formula: z.string(),
    kind: z.string(),
    operation: z.string(),
    of: z.string().optional(),
  }),
  types: z.array(
    z.strictObject({
      type: z.string(),
      blockElements: count,
      blockBytes: bytes,
      bitsPerWeight: z.number(),
      says: z.string().nullable(),
    }),
  ),
  shareOfBytes: z.number().describe('of the bytes of all tensors of the file, 0 to 1'),
  numbers: TensorValuesSchema.optional().describe('what the numbers look like, if they were read'),
  numbersUnread: z
    .enum(['stream', 'far-away', 'not-wanted'])
    .optional()
    .describe('why not: a stream would have to be read further, many bytes would have to be downloaded, or --no-data'),
  slice: SliceSchema.optional().describe('with --slice'),
});

export const TensorReportSchema = z
  .strictObject({ schemaVersion: z.literal(1), file: FileSchema, rows: z.array(TensorRowSchema) })
  .describe('what `gguf-explain tensor NAME MODEL --json` prints');

export const MetadataEntrySchema = z.strictObject({
  key: z.string(),
  type: z.string().describe('"array" is followed by the type of its items, as in "array of string"'),
  value: z
    .json()
    .describe(
      'NaN and infinities as strings; 64-bit integers beyond 2^53 as decimal strings; only the beginning of long arrays and strings',
    ),
  count: count.optional().describe('items of an array, bytes of a long string'),
  complete: z.boolean().describe('whether value is complete'),
  offset: bytes,
  bytes,
  says: z.string().optional().describe('what the key means'),
});

export const MetadataReportSchema = z
  .strictObject({ schemaVersion: z.literal(1), file: FileSchema, metadata: z.array(MetadataEntrySchema) })
  .describe('what `gguf-explain metadata MODEL --json` prints');

export const ErrorReportSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    error: z.strictObject({
      target: z.string().optional(),
      code: z.string().describe('stable'),
      message: z.string(),
      offset: bytes.optional(),
      section: z.string().optional(),
      expected: z.string().optional(),
      found: z.string().optional(),
      hint: z.string().optional(),
    }),
  })
  .describe('what any command prints with --json if a file cannot be read (exit code 2)');

export type AxisReport = z.infer<typeof AxisSchema>;
export type ShapeReport = z.infer<typeof ShapeSchema>;
export type TensorEntry = z.infer<typeof TensorSchema>;
export type FoldedTensorEntry = z.infer<typeof FoldedTensorSchema>;
export type FindingReport = z.infer<typeof FindingSchema>;
export type ShardRow = z.infer<typeof ShardRowSchema>;
export type FileReport = z.infer<typeof FileSchema>;
export type ModelReport = z.infer<typeof ModelSchema>;
export type TotalsReport = z.infer<typeof TotalsSchema>;
export type TensorsReport = z.infer<typeof TensorsReportSchema>;
export type TensorRow = z.infer<typeof TensorRowSchema>;
export type TensorReport = z.infer<typeof TensorReportSchema>;
export type MetadataEntryReport = z.infer<typeof MetadataEntrySchema>;
export type MetadataReport = z.infer<typeof MetadataReportSchema>;
export type ErrorReport = z.infer<typeof ErrorReportSchema>;
